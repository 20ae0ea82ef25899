# The index of commands. Everything is built in $(BUILD); nothing else in the tree is written.

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CMAKE   ?= cmake

all: ## build the tools (the default)
	@$(CMAKE) -S . -B $(BUILD) -DCMAKE_INSTALL_PREFIX=$(PREFIX) >/dev/null
	@$(CMAKE) --build $(BUILD) --parallel

install: all ## install tools, manuals and templates below $(DESTDIR)$(PREFIX)
	@DESTDIR=$(DESTDIR) $(CMAKE) --install $(BUILD) --prefix $(PREFIX)

.PHONY: all install

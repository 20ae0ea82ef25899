# The index of commands. Everything is built in $(BUILD) and $(BUILD)-asan; nothing else in the
# tree is written.

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CMAKE   ?= cmake
JOBS    ?= $(shell nproc)
SECONDS ?= 600

export MAILNODE_BUILD = $(BUILD)
export MAILNODE_BUILD_ASAN = $(BUILD)-asan

# Ninja and ccache where they are, for they save time; nothing needs them. A build directory keeps
# the generator that it was made with.
configure = $(CMAKE) -S . -B $(1) \
	$(if $(wildcard $(1)/CMakeCache.txt),,$(if $(shell command -v ninja),-G Ninja)) \
	$(if $(shell command -v ccache),-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
build = $(CMAKE) --build $(1) --parallel $(JOBS)

all: ## build the tools, in build/bin (the default)
	@command -v $(CMAKE) >/dev/null || container/install-packages build
	@$(call configure,$(BUILD)) >/dev/null
	@$(call build,$(BUILD))

run: run-packages all ## start a node with the example accounts on loopback and try it (root)
	@container/demo start

stop: ## stop that node; nothing is left running
	@container/demo stop

test: packages all unit-tests sanitized ## run every test and print the sum; installs missing packages
	@tests/run lint unit sanitized oracle tools system web container faults fuzz

test-unit: all unit-tests sanitized ## unit tests; they and the tools' tests under ASan and UBSan as well
	@tests/run unit sanitized

test-oracle: all ## our verdicts and signatures beside those of other implementations: tests/oracle
	@tests/run oracle

test-tools: all ## the tests of every tool and of the checks: tests/tools
	@tests/run tools

test-system: all ## with a real Postfix and Dovecot: tests/system (root)
	@tests/run system

test-web: all ## the archives of lists on the web, seen with a browser: tests/web
	@container/install-packages build web test browser
	@tests/run web

test-container: all ## the image, built and run with docker-compose as an operator does: tests/container (root)
	@container/install-packages build run web demo test docker
	@tests/run container

test-faults: all ## full disks, killed processes, a soak: tests/faults (root)
	@tests/run faults

fuzz: packages ## each parser under a fuzzer for SECONDS=600 (ten minutes)
	@tests/fuzz/run $(SECONDS)

lint: all ## documents against code, layers, formatting, shellcheck: tests/lint
	@tests/run lint

tidy: all ## clang-tidy; minutes
	@tests/lint/tidy

fmt: ## format the C++ sources
	@find src tests -name '*.[ch]pp' -exec clang-format -i {} +

bench: all ## compare with other programs: tests/bench (root)
	@set -e; for bench in $$(find tests/bench -maxdepth 1 -type f -executable | sort); do $$bench; done

install: all ## install programs, manuals and templates below $(DESTDIR)$(PREFIX)
	@DESTDIR=$(DESTDIR) $(CMAKE) --install $(BUILD) --prefix $(PREFIX) >/dev/null
	@echo "installed below $(DESTDIR)$(PREFIX)"

uninstall: ## remove what install put there, and the directories that are empty then
	@test -e $(BUILD)/install_manifest.txt || \
	    { echo "$(BUILD)/install_manifest.txt is missing: make install with the same PREFIX first" >&2; exit 1; }
	@sed 's:^:$(DESTDIR):' $(BUILD)/install_manifest.txt | tr '\n' '\0' | xargs -0 rm -f
	@for ours in share/mailnode share/bash-completion share/zsh lib/systemd; do \
	    find $(DESTDIR)$(PREFIX)/$$ours -depth -type d -empty -delete 2>/dev/null; \
	done; true

clean: ## remove the build directories
	@$(CMAKE) -E rm -rf $(BUILD) $(BUILD)-asan

help: ## print this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

packages:
	@container/install-packages build run web demo test browser docker fuzz

run-packages:
	@container/install-packages build run web demo

unit-tests: all
	@$(call build,$(BUILD)) --target unit-tests

sanitized:
	@$(call configure,$(BUILD)-asan) -DMAILNODE_SANITIZE=ON >/dev/null
	@$(call build,$(BUILD)-asan) --target all unit-tests

# One thing at a time; the compilers use the processors as it is.
.NOTPARALLEL:
.PHONY: all run stop run-packages test test-unit test-oracle test-tools test-system test-web test-container test-faults fuzz lint tidy fmt bench install uninstall \
	clean help packages sanitized unit-tests

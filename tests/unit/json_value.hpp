// A small JSON reader, for test vectors only: wrong input ends the test program.
//
//   const JsonValue suite = JsonValue::parse(text);
//   for (const auto& [name, test] : suite["tests"].members) use(test["message"].text);
#pragma once

#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct JsonValue {
    bool is_null = true;
    std::string text;                                       ///< of a string, number, true, false
    std::vector<JsonValue> items;                           ///< of an array
    std::vector<std::pair<std::string, JsonValue>> members; ///< of an object, in their order

    /// An absent member is null.
    const JsonValue& operator[](std::string_view name) const
    {
        static const JsonValue nothing;
        for (const auto& [key, value] : members)
            if (key == name) return value;
        return nothing;
    }

    static JsonValue parse(std::string_view text)
    {
        std::size_t at = 0;
        return value(text, at);
    }

private:
    static char next(std::string_view text, std::size_t& at)
    {
        while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at])))
            ++at;
        if (at == text.size()) std::abort();
        return text[at];
    }

    static JsonValue value(std::string_view text, std::size_t& at)
    {
        JsonValue result;
        result.is_null = false;
        switch (next(text, at)) {
        case '"':
            result.text = string(text, at);
            break;
        case '{':
            for (++at; next(text, at) != '}';) {
                std::string key = string(text, at);
                if (next(text, at) != ':') std::abort();
                ++at;
                result.members.emplace_back(std::move(key), value(text, at));
                if (next(text, at) == ',') ++at;
            }
            ++at;
            break;
        case '[':
            for (++at; next(text, at) != ']';) {
                result.items.push_back(value(text, at));
                if (next(text, at) == ',') ++at;
            }
            ++at;
            break;
        default:
            while (at < text.size() &&
                   std::string_view(",]} \t\r\n").find(text[at]) == std::string_view::npos)
                result.text.push_back(text[at++]);
            result.is_null = result.text == "null";
        }
        return result;
    }

    static std::string string(std::string_view text, std::size_t& at)
    {
        if (next(text, at) != '"') std::abort();
        std::string result;
        for (++at; text.at(at) != '"'; ++at) {
            if (text[at] != '\\') {
                result.push_back(text[at]);
                continue;
            }
            const char c = text.at(++at);
            constexpr std::string_view names = "nrtbf";
            if (c == 'u') {
                append_utf8(result, static_cast<unsigned>(std::stoul(
                                        std::string(text.substr(at + 1, 4)), nullptr, 16)));
                at += 4;
            } else if (const std::size_t i = names.find(c); i != std::string_view::npos) {
                result.push_back("\n\r\t\b\f"[i]);
            } else {
                result.push_back(c);
            }
        }
        ++at;
        return result;
    }

    static void append_utf8(std::string& result, unsigned point)
    {
        if (point < 0x80) {
            result.push_back(static_cast<char>(point));
        } else if (point < 0x800) {
            result.push_back(static_cast<char>(0xc0 | (point >> 6)));
            result.push_back(static_cast<char>(0x80 | (point & 0x3f)));
        } else {
            result.push_back(static_cast<char>(0xe0 | (point >> 12)));
            result.push_back(static_cast<char>(0x80 | ((point >> 6) & 0x3f)));
            result.push_back(static_cast<char>(0x80 | (point & 0x3f)));
        }
    }
};

#include "model/input.hpp"

#include <filesystem>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/model/compress.hpp"
#include "tests/model/errors.hpp"

namespace bulkhead {
namespace {

using test::error_of;
using test::gzip;
using test::zstd;
using Lines = std::vector<std::string>;

Lines lines_of(const std::string& bytes) {
  std::istringstream in(bytes);
  LineReader reader(in, "f");
  Lines lines;
  std::string_view line;
  while (reader.next(line)) { lines.emplace_back(line); }
  CHECK(reader.line() == lines.size());
  return lines;
}

std::string refusal(const std::string& bytes) {
  return error_of([&] { lines_of(bytes); });
}

/// About 1 MiB of lines of different lengths.
std::string long_text() {
  std::string text;
  for (size_t i = 0; i < 3000; ++i) { text += std::string(i % 700, static_cast<char>('a' + i % 26)) + "\n"; }
  return text;
}

TEST_CASE("lines end at newlines, the last one also at the end") {
  CHECK(lines_of("").empty());
  CHECK(lines_of("a") == Lines{"a"});
  CHECK(lines_of("a\n") == Lines{"a"});
  CHECK(lines_of("a\n\nb") == Lines{"a", "", "b"});
  CHECK(lines_of("\n") == Lines{""});
}

TEST_CASE("compressed input reads as what was compressed") {
  const std::string text = long_text();
  const Lines plain = lines_of(text);
  CHECK(plain.size() == 3000);
  CHECK(lines_of(gzip(text)) == plain);
  CHECK(lines_of(zstd(text)) == plain);
  CHECK(lines_of(gzip("")).empty());
  CHECK(lines_of(zstd("")).empty());
}

TEST_CASE("compressed pieces one after the other read as one") {
  CHECK(lines_of(gzip("a\nb") + gzip("c\n")) == Lines{"a", "bc"});
  CHECK(lines_of(zstd("a\nb") + zstd("c\n")) == Lines{"a", "bc"});
}

TEST_CASE("a frame that fills the buffer exactly ends well") {
  for (const size_t size : {size_t{65535}, size_t{65536}, size_t{131072}}) {
    const std::string text(size, 'x');
    CHECK(lines_of(zstd(text)) == Lines{text});
    CHECK(lines_of(gzip(text)) == Lines{text});
  }
}

TEST_CASE("compressed input that is cut off or damaged is refused") {
  const std::string text = long_text();
  for (std::string bytes : {gzip(text), zstd(text)}) {
    const std::string format = bytes[0] == '\x1f' ? "gzip" : "zstd";
    CHECK_THAT(refusal(bytes.substr(0, bytes.size() - 1)),
               Catch::Matchers::Matches("f:[23][0-9]{3}: cut off; expected a whole " + format + " file"));
    CHECK(refusal(bytes.substr(0, 10)) == "f:1: cut off; expected a whole " + format + " file");
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
    CHECK_THAT(refusal(bytes), Catch::Matchers::EndsWith("expected a whole " + format + " file"));
  }
}

TEST_CASE("a line too long is refused, the longest is not") {
  const std::string longest(LineReader::max_line, 'x');
  CHECK(lines_of(longest + "\na") == Lines{longest, "a"});
  CHECK(lines_of(longest) == Lines{longest});
  const std::string expected = "f:2: line longer than 1048576 bytes; expected one JSON text a line";
  CHECK(refusal("a\n" + longest + "x\n") == expected);
  CHECK(refusal("a\n" + longest + "x") == expected);
  CHECK(refusal("a\n" + longest + longest + longest) == expected);
}

TEST_CASE("a folder or a missing file is refused") {
  const std::string folder = std::filesystem::temp_directory_path().string();
  CHECK(error_of([&] { open_file(folder); }) == folder + ": is a directory; expected a file");
  CHECK(error_of([] { open_file("no/such/file"); }) ==
        "no/such/file: cannot be opened (No such file or directory); expected a readable file");
}

}  // namespace
}  // namespace bulkhead

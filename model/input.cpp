#include "model/input.hpp"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>

namespace bulkhead {
namespace {

constexpr size_t chunk = size_t{1} << 16;

class PlainSource : public ByteSource {
 public:
  PlainSource(std::istream& in, std::string file) : in_(in), file_(std::move(file)) {}

  size_t read(char* to, size_t size) override {
    const size_t ahead = std::min(size, ahead_.size());
    std::copy_n(ahead_.begin(), ahead, to);
    ahead_.erase(0, ahead);
    if (ahead != 0) { return ahead; }
    in_.read(to, static_cast<std::streamsize>(size));
    if (in_.bad()) { throw Error({file_}, "cannot be read to its end; expected a readable file"); }
    return static_cast<size_t>(in_.gcount());
  }

  /// The first bytes, which stay to be read; fewer if the input is shorter.
  const std::string& peek(size_t size) {
    ahead_.resize(size);
    in_.read(ahead_.data(), static_cast<std::streamsize>(size));
    ahead_.resize(static_cast<size_t>(in_.gcount()));
    return ahead_;
  }

 private:
  std::istream& in_;
  std::string file_;
  std::string ahead_;
};

/// Compressed bytes in front of a decoder, and what decoders have in common.
class CompressedSource : public ByteSource {
 public:
  CompressedSource(std::unique_ptr<ByteSource> source, std::string file, std::string_view format)
      : source_(std::move(source)), file_(std::move(file)), format_(format) {}

 protected:
  /// Whether there is compressed input, reading more if none is left.
  bool has_input() {
    if (first_ < end_) { return true; }
    first_ = 0;
    end_ = source_->read(buffer_.data(), buffer_.size());
    return end_ != 0;
  }
  char* input() { return buffer_.data() + first_; }
  size_t input_size() const { return end_ - first_; }
  void consume(size_t size) { first_ += size; }

  [[noreturn]] void fail(std::string_view what) const {
    throw Error({file_}, fmt::format("{}; expected a whole {} file", what, format_));
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::string file_;
  std::string_view format_;
  std::array<char, chunk> buffer_;
  size_t first_ = 0;
  size_t end_ = 0;
};

/// One or more gzip members (RFC 1952).
class GzipSource : public CompressedSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> source, const std::string& file)
      : CompressedSource(std::move(source), file, "gzip") {
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (inflateInit2(&stream_, gzip_only) != Z_OK) { throw std::bad_alloc(); }
  }
  ~GzipSource() override { inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  size_t read(char* to, size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out == size) {
      if (!has_input()) {
        if (within_member_) { fail("cut off"); }
        return 0;
      }
      step();
    }
    return size - stream_.avail_out;
  }

 private:
  void step() {
    if (!within_member_) { inflateReset(&stream_); }
    within_member_ = true;
    stream_.next_in = reinterpret_cast<Bytef*>(input());
    stream_.avail_in = static_cast<uInt>(input_size());
    const int status = inflate(&stream_, Z_NO_FLUSH);
    consume(input_size() - stream_.avail_in);
    if (status == Z_STREAM_END) {
      within_member_ = false;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      fail(stream_.msg != nullptr ? stream_.msg : "damaged");
    }
  }

  z_stream stream_{};
  bool within_member_ = false;
};

/// One or more zstd frames (RFC 8878).
class ZstdSource : public CompressedSource {
 public:
  ZstdSource(std::unique_ptr<ByteSource> source, const std::string& file)
      : CompressedSource(std::move(source), file, "zstd"), stream_(ZSTD_createDStream(), ZSTD_freeDStream) {
    if (stream_ == nullptr) { throw std::bad_alloc(); }
  }

  size_t read(char* to, size_t size) override {
    ZSTD_outBuffer out{to, size, 0};
    while (out.pos == 0) {
      // What is decoded but did not fit before comes out without further input.
      if (!has_input() && !full_) {
        if (within_frame_) { fail("cut off"); }
        return 0;
      }
      ZSTD_inBuffer in{input(), input_size(), 0};
      const size_t left = ZSTD_decompressStream(stream_.get(), &out, &in);
      consume(in.pos);
      if (ZSTD_isError(left) != 0) { fail(ZSTD_getErrorName(left)); }
      within_frame_ = left != 0;
      full_ = within_frame_ && out.pos == out.size;
    }
    return out.pos;
  }

 private:
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
  bool within_frame_ = false;
  bool full_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> open_source(std::istream& in, const std::string& file) {
  auto plain = std::make_unique<PlainSource>(in, file);
  const std::string_view magic = plain->peek(4);
  if (magic.substr(0, 2) == "\x1f\x8b") { return std::make_unique<GzipSource>(std::move(plain), file); }
  if (magic == "\x28\xb5\x2f\xfd") { return std::make_unique<ZstdSource>(std::move(plain), file); }
  return plain;
}

std::unique_ptr<std::istream> open_file(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) { throw Error({path}, "is a directory; expected a file"); }
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!file->is_open()) {
    throw Error({path}, fmt::format("cannot be opened ({}); expected a readable file", std::strerror(errno)));
  }
  return file;
}

LineReader::LineReader(std::istream& in, std::string file)
    : file_(std::move(file)), source_(open_source(in, file_)), buffer_(chunk) {}

bool LineReader::next(std::string_view& line) {
  const std::optional<size_t> newline = find_newline();
  if (!newline && first_ == end_) { return false; }
  const size_t end = newline.value_or(end_);
  if (end - first_ > max_line) {
    throw Error({file_, line_ + 1}, fmt::format("line longer than {} bytes; expected one JSON text a line", max_line));
  }
  line = {buffer_.data() + first_, end - first_};
  first_ = newline ? end + 1 : end;
  ++line_;
  return true;
}

/// Where the next newline stands in the buffer, reading on until there is one, the input ends, or the
/// line is too long.
std::optional<size_t> LineReader::find_newline() {
  size_t searched = 0;
  while (true) {
    const std::string_view pending(buffer_.data() + first_, end_ - first_);
    const size_t found = pending.find('\n', searched);
    if (found != pending.npos) { return first_ + found; }
    searched = pending.size();
    if (searched > max_line || !fill()) { return std::nullopt; }
  }
}

/// Reads more behind the bytes not yet given, which move to the front; false at the end.
bool LineReader::fill() {
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(first_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
            buffer_.begin());
  end_ -= first_;
  first_ = 0;
  if (end_ == buffer_.size()) { buffer_.resize(2 * buffer_.size()); }
  const size_t size = read(buffer_.data() + end_, buffer_.size() - end_);
  end_ += size;
  return size != 0;
}

/// Of a source that fails, tells the line that could not be read to its end.
size_t LineReader::read(char* to, size_t size) {
  try {
    return source_->read(to, size);
  } catch (const Error& error) { throw Error({file_, line_ + 1}, error.message()); }
}

}  // namespace bulkhead

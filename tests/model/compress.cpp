#include "tests/model/compress.hpp"

#include <zlib.h>
#include <zstd.h>

#include <stdexcept>

namespace bulkhead::test {

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  std::string compressed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  const int status = deflate(&stream, Z_FINISH);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) { throw std::runtime_error("deflate"); }
  return compressed;
}

std::string zstd(std::string_view text) {
  std::string compressed(ZSTD_compressBound(text.size()), '\0');
  const size_t size = ZSTD_compress(compressed.data(), compressed.size(), text.data(), text.size(), 1);
  if (ZSTD_isError(size) != 0) { throw std::runtime_error(ZSTD_getErrorName(size)); }
  compressed.resize(size);
  return compressed;
}

}  // namespace bulkhead::test

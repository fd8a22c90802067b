#pragma once

#include "model/input.hpp"
#include "model/json.hpp"
#include "model/trace.hpp"

namespace bulkhead::trace {

/// Reads a trace event by event, plain or compressed, in constant memory. Whatever is not exactly a
/// trace is an `Error` with line and column.
class Reader {
 public:
  /// Reads the header. The stream must outlive the reader; `file` names it in errors.
  Reader(std::istream& in, std::string file);

  const Header& header() const { return header_; }
  /// Moves to the next event; false at the end.
  bool next(Event& event);
  /// The line of the current event; the header is line 1.
  uint64_t line() const { return lines_.line(); }
  const std::string& file() const { return lines_.file(); }

 private:
  LineReader lines_;
  json::Document document_;
  Header header_;
  std::optional<uint64_t> last_n_;
};

}  // namespace bulkhead::trace

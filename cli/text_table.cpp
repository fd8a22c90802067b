#include "cli/text_table.hpp"

#include <algorithm>

namespace bulkhead::cli {
namespace {

constexpr size_t gap = 2;

std::string plain(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (c == '\n' || c == '\t' || c == '\r') { c = ' '; }
    if (c < ' ' || c > '~') { c = '?'; }
  }
  return line;
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  std::string rest = plain(text);
  while (rest.size() > width) {
    const size_t space = rest.rfind(' ', width);
    const bool breaks = space != std::string::npos && space != 0;
    lines.push_back(rest.substr(0, breaks ? space : width));
    rest.erase(0, breaks ? space + 1 : width);
  }
  lines.push_back(std::move(rest));
  return lines;
}

std::vector<size_t> column_widths(const std::vector<std::vector<std::string>>& rows, size_t room) {
  std::vector<size_t> needs;
  for (const auto& row : rows) {
    needs.resize(std::max(needs.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) { needs[i] = std::max(needs[i], row[i].size()); }
  }
  std::vector<size_t> order(needs.size());
  for (size_t i = 0; i < order.size(); ++i) { order[i] = i; }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return needs[a] < needs[b]; });
  size_t left = room - gap * (needs.empty() ? 0 : needs.size() - 1);
  std::vector<size_t> widths(needs.size());
  for (size_t i = 0; i < order.size(); ++i) {
    widths[order[i]] = std::max<size_t>(1, std::min(needs[order[i]], left / (order.size() - i)));
    left -= std::min(left, widths[order[i]]);
  }
  return widths;
}

}  // namespace bulkhead::cli

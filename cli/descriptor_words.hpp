#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace bulkhead::cli {

/// What hardware makes of an entry of a stage-2 table of that level, in few words: `table 0x40081000`,
/// `page 0x40082000 rw`, `invalid, ram`; what differs from the usual attributes is named. `frame` writes a frame by its
/// number.
std::string descriptor_words(uint64_t word, unsigned level, const std::function<std::string(uint64_t)>& frame);

/// Permissions and kind of memory as a page entry of them is written: `rw`, `r-`, `rw device`.
std::string access_words(bool readable, bool writable, bool device);

}  // namespace bulkhead::cli

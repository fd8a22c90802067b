#pragma once

#include <ostream>

#include "model/trace.hpp"

namespace bulkhead::trace {

/// Writes a trace, one line an event. Reading it back gives what was written, but for outputs of a
/// call that did not succeed, which have no meaning. The form of a step must be a known one.
class Writer {
 public:
  /// Writes the header. The stream must outlive the writer.
  Writer(std::ostream& out, const Header& header);
  void write(const Event& event);

 private:
  std::ostream& out_;
};

/// A whole trace of deeds.
std::string text_of(const Header& header, const std::vector<Deed>& deeds);

/// The event as its line in a trace, without the newline.
std::string text_of(const Event& event);

/// A word of a call as a person writes it: `pa=0x40081000`.
std::string in_words(const Parameter& parameter, Word<Concrete> word);

/// `the host`, or `compartment 3`.
std::string in_words(CompartmentId<Concrete> id);

/// A call as a person writes it: `page_map(cid=1, ipa=0x4000, pa=0x40081000)`.
std::string in_words(Call call, const Arguments<Concrete>& arguments);

/// What a call returned as a person writes it: `ok, pa=0x40081000`.
std::string in_words(Call call, const Result<Concrete>& result);

/// An access as a person writes it: `store of 0x7 at ipa 0x4000 by compartment 1`.
std::string in_words(const AccessEvent& event);

/// How an access ended as a person writes it: `done`, the value loaded, or `permission fault`.
std::string outcome_in_words(const AccessEvent& event);

}  // namespace bulkhead::trace

#pragma once

#include "refine/view.hpp"
#include "spec/rules.hpp"

namespace bulkhead::refine {

/// The spec's side of one call. Whether it is refused is decided when it begins; what it does is done at one moment
/// before it ends, which others that act at the same time see.
class SpecCall {
 public:
  SpecCall(ConcreteSpec& spec, Call call, const Arguments<Concrete>& arguments)
      : spec_(&spec),
        rule_(&spec::rule_of<Concrete>(call)),
        inputs_(spec::name_inputs(call, arguments)),
        refusal_(spec::first_refusal(*rule_, spec, inputs_)) {}

  bool is_refused() const { return refusal_ < rule_->refusals.size(); }
  bool is_done() const { return done_; }
  /// Carries it out, unless that is done.
  void carry_out() {
    if (done_) { return; }
    done_ = true;
    result_ = is_refused() ? Result<Concrete>(rule_->refusals[refusal_].status) : rule_->effect(*spec_, inputs_);
  }
  /// What the spec answers, once it is done.
  const Result<Concrete>& result() const { return result_; }

 private:
  ConcreteSpec* spec_;
  const spec::Rule<Concrete>* rule_;
  spec::Inputs<Concrete> inputs_;
  size_t refusal_;
  bool done_ = false;
  Result<Concrete> result_ = Status::ok;
};

}  // namespace bulkhead::refine

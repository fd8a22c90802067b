#include "tests/qemu/record.hpp"

#include <fmt/format.h>

#include <sstream>

#include "cli/tool.hpp"
#include "tests/catch.hpp"
#include "tests/qemu/generator.hpp"
#include "tests/qemu/opinion.hpp"

namespace bulkhead::qemu {
namespace {

std::string walked(const std::string& line) {
  std::istringstream in(line + "\n");
  std::ostringstream out;
  std::ostringstream err;
  cli::Io io{in, out, err};
  REQUIRE(cli::run({"walk", "-"}, io) == 0);
  return out.str();
}

TEST_CASE("A recorded query is one that bulkhead walk takes, with the model's answer") {
  hw::Features features;
  features.pa_bits = 48;
  features.granule_16k = features.lpa2 = features.ttst = false;
  features.hafdbs = 1;
  for (const hw::Features& cpu : {hw::Features{}, features}) {
    for (const Case& of : generate(cpu, 3, 600)) {
      const Memory memory(of);
      const Opinion model = ask_model(of.registers, cpu, memory, of.queries.front(), Departures::none());
      if (model.obstacle != Obstacle::none || exception_of(model.answer)) { continue; }
      CHECK(walked(walk_line(of, cpu, of.queries.front())).find(fmt::format("\"par\":\"{:#x}\"", model.answer)) !=
            std::string::npos);
    }
  }
}

TEST_CASE("Answers in words") {
  CHECK(words_of_answer(0xFF0000001234FB80) == "0xff0000001234fb80: output 0x1234f000, memory type 0xff, SH 0b11");
  CHECK(words_of_answer(0xA0F) == "0x0000000000000a0f: stage 2 translation fault, level 3");
}

}  // namespace
}  // namespace bulkhead::qemu

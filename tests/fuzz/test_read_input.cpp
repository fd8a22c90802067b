#include <random>
#include <string>

#include "cli/cex_file.hpp"
#include "cli/stored_proof.hpp"
#include "tests/catch.hpp"
#include "tests/fuzz/read_input.hpp"
#include "tests/model/compress.hpp"

namespace bulkhead::test {
namespace {

const std::string seed_trace =
    R"({"schema":"bulkhead-trace/1","machine":{"ram":[["0x40000000","0x80000000"]],"cpus":4,"list_registers":4},"source":"x"}
{"n":1,"cpu":0,"call":"page_unmap","args":{"cid":1,"ipa":"0x4000"},"status":"ok","out":{"pa":"0x40081000"}}
{"n":2,"cpu":1,"caller":1,"guest":"load","ipa":"0x4000","fault":"translation"}
{"effect":"store","pa":"0x40001008","value":"0x1","order":"release"}
{"cpu":1,"exit":"mmio","out":{"ipa":"0x9000"}}
)";
/// A guest's tables down to a page, which comes, goes and comes again; by another hypervisor.
const std::string seed_effects =
    R"({"schema":"bulkhead-trace/1","machine":{"ram":[["0x40000000","0x80000000"]],"cpus":4,"list_registers":4},"source":"x"}
{"effect":"msr","register":"vtcr_el2","value":"0x800d3090"}
{"effect":"store","pa":"0x1000","value":"0x2003"}
{"effect":"store","pa":"0x2000","value":"0x3003"}
{"effect":"fill","pa":"0x3000","value":"0x0"}
{"effect":"fill","pa":"0x4000","value":"0x0"}
{"effect":"dsb","domain":"ish"}
{"effect":"msr","register":"vttbr_el2","value":"0x1000000001000"}
{"effect":"isb"}
{"effect":"store","pa":"0x3000","value":"0x4003"}
{"effect":"store","pa":"0x4000","value":"0x57ff"}
{"effect":"dsb","domain":"ish"}
{"effect":"eret"}
{"effect":"store","pa":"0x4000","value":"0x0"}
{"effect":"store","pa":"0x3008","value":"0x6007fd"}
{"effect":"dsb","domain":"ishst"}
{"effect":"tlbi","op":"ripas2e1is","value":"0x400000000000"}
{"effect":"dsb","domain":"ish"}
{"effect":"tlbi","op":"vmalle1is"}
{"effect":"dsb","domain":"ish"}
{"effect":"copy","pa":"0x5000","src_pa":"0x7000"}
{"effect":"dc","op":"civac","value":"0x5040"}
{"effect":"clean","pa":"0x5000"}
{"effect":"dsb","domain":"sy"}
{"effect":"store","pa":"0x4008","value":"0x57ff"}
{"effect":"store","pa":"0x1000","value":"0x0"}
{"effect":"tlbi","op":"vmalls12e1is"}
{"effect":"dsb","domain":"ish"}
{"effect":"msr","register":"vttbr_el2","value":"0x1000000008000"}
)";
const std::string seed_walk =
    R"({"id":"a","vtcr":"0xd0090","vttbr":"0x1000","dc":0,"fwb":0,"cd":0,"words":[["0x1000","0x2003"]],"q":[["0x5123","r1"]]})"
    "\n";

const std::string seed_query =
    "before.owner(f) == a and not (after.can_read(b, f) or pa == 0x1000) # who?\n and a != host";
const std::string seed_cex =
    R"({"schema":"bulkhead-cex/1","goal":"a/b/c/d","says":"x","before":{"frames":[{"pa":"0x1000","state":"root","owner":1,)"
    R"("parent":{"table":"0x0","index":0},"level":0,"base":"0x0","ram":true,"reserved":false,"engine_device":false,)"
    R"("rest":"0x0"}],"words":[{"pa":"0x1000","index":0,"value":"0x2003"}],"compartments":[{"id":1,"state":"active",)"
    R"("root":"0x1000","vcpus":1}],"vttbr":[{"cpu":0,"value":"0x1000"}],"host":{"level1":[],"level2":[],"level3":[],)"
    R"("fine":[]}},"call":{"name":"page_unmap","cpu":0,"caller":0,"args":{"cid":1,"ipa":"0x4000"},"engine":{"status":)"
    R"("ok","out":{"pa":"0x2000"}},"spec":{"status":"no_table"},"path":[{"file":"impl/page_unmap.hpp","line":16,)"
    R"("taken":false}],"effects":[{"effect":"store","pa":"0x1000","value":"0x0"},{"effect":"tlbi","op":"ipas2e1is",)"
    R"("value":4}]},"point":[{"part":"page","value":"0x4000","matters":true}],"after":{"engine":{"frames":[],"words":[],)"
    R"("compartments":[],"vttbr":[],"host":{"level1":[],"level2":[],"level3":[],"fine":[{"gib":0,"fine":true}]}},)"
    R"("spec":{"frames":[],"compartments":[],"pages":[{"compartment":1,"ipa":"0x4000","state":"ram","tables":[]}],)"
    R"("contents":[]}},"trace":{"why":"y"}})";
const std::string seed_proof =
    R"({"schema":"bulkhead-proof/1","verdict":"refuted","obligations":[{"name":"a/b/c/d","theorem":"a","call":"b",)"
    R"("says":"x","verdict":"refuted","seconds":0.5}],"parts":[{"subject":"b","verdict":"refuted","obligations":1,)"
    R"("paths":2,"seconds":1}],"totals":{"seconds":1e0},"solver":"z3","version":"4"})";

void read(const std::string& bytes) { read_input(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()); }

/// The bytes with a few of them changed, left out or doubled.
std::string mutated(std::string bytes, std::mt19937_64& random) {
  for (uint64_t i = 0; i <= random() % 4 && !bytes.empty(); ++i) {
    const size_t at = random() % bytes.size();
    switch (random() % 4) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes.erase(at, 1 + random() % 8);
        break;
      case 2:
        bytes.insert(at, bytes.substr(random() % bytes.size(), 1 + random() % 16));
        break;
      default:
        bytes[at] = R"({}[]",:0x-9)"[random() % 11];
    }
  }
  return bytes;
}

TEST_CASE("whatever is read is read whole or refused with one line") {
  std::mt19937_64 random(1);
  for (const std::string& seed :
       {seed_trace, seed_effects, seed_walk, seed_query, gzip(seed_trace), zstd(seed_trace), seed_cex, seed_proof}) {
    REQUIRE_NOTHROW(read(seed));
    for (int i = 0; i < 5000; ++i) {
      const std::string bytes = mutated(seed, random);
      CAPTURE(bytes);
      REQUIRE_NOTHROW(read(bytes));
    }
  }
}

TEST_CASE("every beginning of an input is read or refused") {
  for (const std::string& seed :
       {seed_trace, seed_effects, seed_walk, seed_query, gzip(seed_trace), zstd(seed_trace), seed_cex, seed_proof}) {
    for (size_t size = 0; size <= seed.size(); ++size) { REQUIRE_NOTHROW(read(seed.substr(0, size))); }
  }
}

TEST_CASE("the seeds are what they seem") {
  CHECK_NOTHROW(cli::read_cex(seed_cex, "f"));
  CHECK_NOTHROW(cli::read_proof(seed_proof, "f"));
}

}  // namespace
}  // namespace bulkhead::test

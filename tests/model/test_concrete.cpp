#include "model/concrete.hpp"

#include "tests/catch.hpp"

namespace bulkhead {
namespace {

using C = Concrete;

TEST_CASE("a fill with a step makes each word the first and so many steps") {
  ConcreteMemory memory([](Frame<C>, Index<C>) { return Word<C>(7); });
  const Frame<C> frame(1);
  memory.fill(frame, Word<C>(0x40000003), 0x1000);
  CHECK(raw(memory.load(frame, Index<C>(0))) == 0x40000003);
  CHECK(raw(memory.load(frame, Index<C>(1))) == 0x40001003);
  CHECK(raw(memory.load(frame, Index<C>(511))) == 0x401ff003);
  CHECK(raw(memory.load(Frame<C>(2), Index<C>(511))) == 7);
  memory.fill(frame, Word<C>(9), 0);
  CHECK(raw(memory.load(frame, Index<C>(511))) == 9);
}

TEST_CASE("a search of a frame may ask for word and index") {
  ConcreteMemory memory([](Frame<C>, Index<C> index) { return widen<Word<C>>(index); });
  const Frame<C> frame(1);
  const auto differs = [](Word<C> word, Index<C> index) { return word != widen<Word<C>>(index); };
  CHECK(!memory.any(frame, differs));
  memory.store(frame, Index<C>(511), Word<C>(510));
  CHECK(static_cast<bool>(memory.any(frame, differs)));
  CHECK(static_cast<bool>(memory.any(frame, [](Word<C> word) { return word == Word<C>(510); })));
}

TEST_CASE("a map finds a value under the first keys, and under no others") {
  ConcreteMap<Word<C>, CompartmentId<C>, VcpuIndex<C>> map([](CompartmentId<C>, VcpuIndex<C>) { return Word<C>(0); });
  const auto is_set = [](Word<C> word) { return word != Word<C>(0); };
  CHECK_FALSE(static_cast<bool>(map.any(CompartmentId<C>(7), is_set)));
  map.set(CompartmentId<C>(7), VcpuIndex<C>(511), Word<C>(1));
  CHECK(static_cast<bool>(map.any(CompartmentId<C>(7), is_set)));
  CHECK_FALSE(static_cast<bool>(map.any(CompartmentId<C>(6), is_set)));
  CHECK_FALSE(static_cast<bool>(map.any(CompartmentId<C>(8), is_set)));
  map.set(CompartmentId<C>(7), VcpuIndex<C>(511), Word<C>(0));
  CHECK_FALSE(static_cast<bool>(map.any(CompartmentId<C>(7), is_set)));
}

TEST_CASE("a search of a span may ask for value and key") {
  ConcreteSpanMap<Word<C>, CompartmentId<C>, Page<C>> map([](CompartmentId<C>, Page<C>) { return Word<C>(0); });
  const CompartmentId<C> id(1);
  const Span<Page<C>> span{Page<C>(512), Page<C>(511)};
  for (uint64_t page = 512; page < 1024; ++page) { map.set(id, Page<C>(page), Word<C>(page)); }
  const auto differs = [](Word<C> word, Page<C> page) { return word != widen<Word<C>>(page); };
  CHECK(!map.any(id, span, differs));
  CHECK(static_cast<bool>(map.any(CompartmentId<C>(2), span, differs)));
  map.set(id, Page<C>(1023), Word<C>(1022));
  CHECK(static_cast<bool>(map.any(id, span, differs)));
  map.set(id, Page<C>(1023), Word<C>(1023));
  map.set(id, Page<C>(1024), Word<C>(0));
  map.set(id, Page<C>(511), Word<C>(0));
  CHECK(!map.any(id, span, differs));
}

TEST_CASE("a search of value and key looks at each key of a long piece") {
  ConcreteSpanMap<Word<C>, CompartmentId<C>, Page<C>> map([](CompartmentId<C>, Page<C>) { return Word<C>(3); });
  const auto is_last = [](Word<C> word, Page<C> page) { return (word == Word<C>(3)) & (page == Page<C>(1023)); };
  CHECK(static_cast<bool>(map.any(CompartmentId<C>(1), Span<Page<C>>{Page<C>(512), Page<C>(511)}, is_last)));
  CHECK(!map.any(CompartmentId<C>(1), Span<Page<C>>{Page<C>(0), Page<C>(511)}, is_last));
}

}  // namespace
}  // namespace bulkhead

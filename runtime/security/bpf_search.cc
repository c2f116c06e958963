// The search for a number among runs: a balanced tree of jge, in whose leaves
// single numbers are asked for by jeq. A number on its own inside a run costs
// one instruction as jeq and two as boundaries of a tree.
#include <linux/bpf_common.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "runtime/security/bpf_assembler.h"

namespace chmdocker::security {
namespace {

using Label = BpfAssembler::Label;

// The longest row of jeq in a leaf. A longer row is cut by one more jge: the
// kernel runs the filter once for each system call when it is loaded, to
// remember what is always allowed (Linux 5.11, seccomp_cache_prepare).
constexpr size_t kMaxSingles = 8;

// A leaf of the tree: all numbers from `first` on go to `target`, but for the
// singles.
struct Leaf {
  uint32_t first;
  Label target;
  std::vector<BpfRun> singles;
};

std::vector<BpfRun> Merged(absl::Span<const BpfRun> runs) {
  std::vector<BpfRun> merged;
  for (const BpfRun& run : runs) {
    if (merged.empty() || merged.back().target != run.target) {
      merged.push_back(run);
    }
  }
  return merged;
}

bool IsSingle(absl::Span<const BpfRun> runs, size_t i) {
  const uint32_t last = i + 1 < runs.size()
                            ? runs[i + 1].first - 1
                            : std::numeric_limits<uint32_t>::max();
  return runs[i].first == last;
}

// Which runs are jeq in their neighbours' leaf, so that the sum of jeq and jge
// is the least. Goes from left to right and keeps, for each target, the
// cheapest way to the latest run that is no single.
class Choice {
 public:
  explicit Choice(absl::Span<const BpfRun> runs) : runs_(runs) {
    previous_.resize(runs.size(), kNone);
    for (size_t i = 0; i < runs.size(); ++i) Step(i);
  }

  // For each run whether it is a boundary of the tree.
  std::vector<bool> Kept() const {
    Way best;
    for (const auto& [target, way] : best_) Improve(best, way);
    std::vector<bool> kept(runs_.size(), false);
    for (size_t i = best.latest; i != kNone; i = previous_[i]) kept[i] = true;
    return kept;
  }

 private:
  static constexpr size_t kNone = std::numeric_limits<size_t>::max();
  static constexpr size_t kInfinite = kNone / 2;

  struct Way {
    size_t cost = kInfinite;
    size_t latest = kNone;
  };

  static void Improve(Way& way, const Way& other) {
    if (other.cost < way.cost) way = other;
  }

  void Step(size_t i) {
    Way kept = {singles_so_far_, kNone};
    for (const auto& [target, way] : best_) {
      const size_t boundary = target == runs_[i].target ? 0 : 1;
      Improve(kept, {way.cost + boundary, way.latest});
    }
    previous_[i] = kept.latest;
    if (IsSingle(runs_, i)) {
      ++singles_so_far_;
      for (auto& [target, way] : best_) ++way.cost;
    } else {
      singles_so_far_ = kInfinite;
      best_.clear();
    }
    Improve(BestTo(runs_[i].target), {kept.cost, i});
  }

  Way& BestTo(Label target) {
    auto place = std::find_if(
        best_.begin(), best_.end(),
        [target](const auto& entry) { return entry.first >= target; });
    if (place == best_.end() || place->first != target) {
      place = best_.insert(place, {target, Way()});
    }
    return place->second;
  }

  absl::Span<const BpfRun> runs_;
  std::vector<size_t> previous_;             // the run kept before this one
  std::vector<std::pair<Label, Way>> best_;  // ascending; there are few
  size_t singles_so_far_ = 0;  // the cost of having kept no run yet
};

// A leaf with a longer row than it may have becomes several.
void AddLeaf(const Leaf& leaf, std::vector<Leaf>& leaves) {
  const size_t singles = leaf.singles.size();
  const size_t parts = singles / (kMaxSingles + 1) + 1;
  for (size_t part = 0; part < parts; ++part) {
    const auto at = [&](size_t i) {
      return leaf.singles.begin() + static_cast<ptrdiff_t>(singles * i / parts);
    };
    const uint32_t first = part == 0 ? leaf.first : at(part)->first;
    leaves.push_back({first, leaf.target, {at(part), at(part + 1)}});
  }
}

std::vector<Leaf> Leaves(absl::Span<const BpfRun> runs) {
  const std::vector<bool> kept = Choice(runs).Kept();
  std::vector<Leaf> whole;
  std::vector<BpfRun> in_front;  // singles before the first run that is kept
  for (size_t i = 0; i < runs.size(); ++i) {
    if (!kept[i]) {
      (whole.empty() ? in_front : whole.back().singles).push_back(runs[i]);
    } else if (whole.empty()) {
      whole.push_back({0, runs[i].target, in_front});
    } else if (whole.back().target != runs[i].target) {
      whole.push_back({runs[i].first, runs[i].target, {}});
    }
  }
  std::vector<Leaf> leaves;
  for (const Leaf& leaf : whole) AddLeaf(leaf, leaves);
  return leaves;
}

Label WriteLeaf(BpfAssembler& assembler, const Leaf& leaf) {
  Label next = leaf.target;
  for (const BpfRun& single : leaf.singles) {
    next = assembler.Jump(BPF_JEQ, single.first, single.target, next);
  }
  return next;
}

// As deep as the logarithm of the leaves.
// NOLINTNEXTLINE(misc-no-recursion)
Label WriteTree(BpfAssembler& assembler, absl::Span<const Leaf> leaves) {
  if (leaves.size() == 1) return WriteLeaf(assembler, leaves[0]);
  const size_t middle = leaves.size() / 2;
  const Label high = WriteTree(assembler, leaves.subspan(middle));
  const Label low = WriteTree(assembler, leaves.first(middle));
  return assembler.Jump(BPF_JGE, leaves[middle].first, high, low);
}

}  // namespace

BpfAssembler::Label WriteSearch(BpfAssembler& assembler,
                                absl::Span<const BpfRun> runs) {
  return WriteTree(assembler, Leaves(Merged(runs)));
}

}  // namespace chmdocker::security

#include "config/alias_graph.hpp"

#include <algorithm>

namespace mn::config
{
namespace
{

constexpr std::uint32_t none = TextIndex::none;

// A Meaning in 32 bits. Rows and accounts are fewer than 2^29.
constexpr unsigned kind_shift = 30;
constexpr unsigned detail_shift = 29;
constexpr std::uint32_t id_mask = (std::uint32_t{1} << detail_shift) - 1;

std::uint32_t pack(const Meaning& meaning)
{
    return static_cast<std::uint32_t>(meaning.kind) << kind_shift |
           static_cast<std::uint32_t>(meaning.without_detail) << detail_shift |
           (meaning.id & id_mask);
}

Meaning unpack(std::uint32_t packed)
{
    return {static_cast<MeaningKind>(packed >> kind_shift), (packed >> detail_shift & 1) != 0,
            packed & id_mask};
}

} // namespace

/// Tarjan's strongly connected components, with a stack of its own instead of recursion.
class Components
{
public:
    explicit Components(AliasGraph& graph) : graph_(graph), numbers_(graph.map().rows().size(), 0)
    {
    }

    void find();

private:
    struct Frame {
        std::uint32_t row;
        std::uint32_t lowest; ///< the lowest number that can be reached
        std::uint32_t next_target = 0;
    };

    void visit(std::uint32_t row);
    void enter(std::uint32_t row);
    void step();
    void leave();

    static constexpr std::uint32_t finished = UINT32_MAX;

    AliasGraph& graph_;
    std::vector<std::uint32_t> numbers_; ///< in order of discovery from 1; 0: not yet seen
    std::uint32_t last_number_ = 0;
    std::vector<Frame> frames_;
    std::vector<std::uint32_t> open_; ///< seen, but their component is not complete
};

void Components::find()
{
    graph_.rows_.reserve(numbers_.size());
    graph_.is_joined_.reserve(numbers_.size());
    for (std::uint32_t row = 0; row < numbers_.size(); ++row)
        if (numbers_[row] == 0 && graph_.map_.rows()[row].is_used) visit(row);
}

void Components::visit(std::uint32_t row)
{
    enter(row);
    while (!frames_.empty())
        step();
}

void Components::enter(std::uint32_t row)
{
    numbers_[row] = ++last_number_;
    open_.push_back(row);
    frames_.push_back({row, last_number_});
}

void Components::step()
{
    Frame& frame = frames_.back();
    if (frame.next_target == graph_.targets(frame.row).size()) {
        leave();
        return;
    }
    const std::uint32_t next = graph_.next_row(frame.row, frame.next_target++);
    if (next == none) return;
    if (numbers_[next] == 0)
        enter(next);
    else if (numbers_[next] != finished)
        frame.lowest = std::min(frame.lowest, numbers_[next]);
}

void Components::leave()
{
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (!frames_.empty()) frames_.back().lowest = std::min(frames_.back().lowest, frame.lowest);
    if (frame.lowest != numbers_[frame.row]) return;
    bool is_first = true;
    for (std::uint32_t row = none; row != frame.row; is_first = false) {
        row = open_.back();
        open_.pop_back();
        numbers_[row] = finished;
        graph_.rows_.push_back(row);
        graph_.is_joined_.push_back(!is_first);
    }
}

AliasGraph::AliasGraph(const AliasMap& map) : map_(map)
{
    look_up_targets();
    Components(*this).find();
}

void AliasGraph::look_up_targets()
{
    first_meanings_.reserve(map_.rows().size());
    meanings_.reserve(map_.rows().size());
    for (std::uint32_t row = 0; row < map_.rows().size(); ++row) {
        first_meanings_.push_back(static_cast<std::uint32_t>(meanings_.size()));
        if (!map_.rows()[row].is_used) continue;
        for (const TextRange target : targets(row))
            meanings_.push_back(pack(map_.meaning(map_.target(map_.rows()[row], target))));
    }
}

std::span<const std::uint32_t> AliasGraph::group(std::size_t begin) const
{
    std::size_t end = begin + 1;
    while (end < rows_.size() && is_joined_[end])
        ++end;
    return std::span(rows_).subspan(begin, end - begin);
}

Meaning AliasGraph::meaning(std::uint32_t row, std::size_t target) const
{
    return unpack(meanings_[first_meanings_[row] + target]);
}

std::uint32_t AliasGraph::next_row(std::uint32_t row, std::size_t target) const
{
    const Meaning found = meaning(row, target);
    return found.kind == MeaningKind::alias && found.id != row ? found.id : none;
}

} // namespace mn::config

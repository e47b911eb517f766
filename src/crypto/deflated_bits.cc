#include "crypto/deflated_bits.h"

#include <array>
#include <optional>

#define ZLIB_CONST
#include <zlib.h>

#include "base/check.h"
#include "base/encoding.h"
#include "core/status_list.h"

namespace ptkl::crypto {
namespace {

constexpr std::size_t kListBytes = StatusSlot::kSlotsPerList / 8;

// Smaller blocks make a flip cheaper and the list longer: these cost up to 4 % more bytes than one
// stream.
constexpr std::size_t kBlockBytes = 8192;
constexpr std::size_t kBlocks = kListBytes / kBlockBytes;
static_assert(kListBytes % kBlockBytes == 0);

// Level 9, which §4.1 recommends, saves a tenth of a list with few invalid slots and takes 4 to
// 16 times as long: it follows every chain of zeros to its end.
constexpr int kLevel = 6;

// As much window and hash table as a block can use. Negative: without zlib's own header.
constexpr int kRawWindowBits = -13;
constexpr int kMemoryLevel = 6;

/// RFC 1950 §2.2: deflate with any window up to 32 KiB, the default level, no dictionary.
constexpr std::array<std::uint8_t, 2> kHeader = {0x78, 0x9c};
/// RFC 1951 §3.2.3: a block that is the last one, of fixed codes and without content.
constexpr std::array<std::uint8_t, 2> kLastBlock = {0x03, 0x00};

/// Compresses blocks independently of each other.
class BlockDeflater {
 public:
  BlockDeflater() {
    PTKL_CHECK(deflateInit2(&stream_, kLevel, Z_DEFLATED, kRawWindowBits, kMemoryLevel,
                            Z_DEFAULT_STRATEGY) == Z_OK);
  }
  ~BlockDeflater() { deflateEnd(&stream_); }
  BlockDeflater(const BlockDeflater&) = delete;
  BlockDeflater& operator=(const BlockDeflater&) = delete;

  /// The result ends at a byte boundary and is not marked as the last of its stream, so that results can be
  /// concatenated to one stream.
  Bytes deflate(ByteView block) {
    constexpr std::size_t kRoomForFlush = 16;
    PTKL_CHECK(deflateReset(&stream_) == Z_OK);
    Bytes out(deflateBound(&stream_, block.size()) + kRoomForFlush);
    stream_.next_in = block.data();
    stream_.avail_in = static_cast<uInt>(block.size());
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<uInt>(out.size());
    PTKL_CHECK(::deflate(&stream_, Z_FULL_FLUSH) == Z_OK);
    PTKL_CHECK(stream_.avail_in == 0 && stream_.avail_out > 0);
    out.resize(out.size() - stream_.avail_out);
    out.shrink_to_fit();  // most blocks become much smaller, and are kept
    return out;
  }

 private:
  z_stream stream_{};
};

void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append_big_endian(Bytes& out, uLong number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(number >> shift));
  }
}

struct DeflatedBlock {
  Bytes bytes;
  uLong checksum = 0;
};

DeflatedBlock deflate_block(BlockDeflater& deflater, ByteView block) {
  return {deflater.deflate(block), adler32_z(adler32_z(0, nullptr, 0), block.data(), block.size())};
}

class DeflatedBits final : public StatusListEncoder {
 public:
  DeflatedBits() {
    BlockDeflater deflater;
    all_valid_ = deflate_block(deflater, Bytes(kBlockBytes));
  }

  void set_invalid(std::int64_t index) override {
    PTKL_CHECK(index >= 0 && index < StatusSlot::kSlotsPerList);
    const auto position = static_cast<std::size_t>(index) / 8;
    const auto bit = static_cast<std::uint8_t>(1U << (index % 8));
    Block& block = blocks_[position / kBlockBytes];
    if (block.bits.empty()) block.bits.resize(kBlockBytes);
    std::uint8_t& byte = block.bits[position % kBlockBytes];
    if ((byte & bit) != 0) return;
    byte |= bit;
    block.is_stale = true;
  }

  std::string encode() override {
    deflate_stale_blocks();
    return to_base64url(join());
  }

  std::size_t memory_bytes() const override {
    std::size_t bytes = sizeof(*this) + all_valid_.bytes.capacity();
    for (const Block& block : blocks_) {
      bytes += block.bits.capacity() + block.deflated.bytes.capacity();
    }
    return bytes;
  }

 private:
  struct Block {
    Bytes bits;  ///< empty until the first flip: most lists have few invalid slots, or none
    bool is_stale = false;
    DeflatedBlock deflated;
  };

  void deflate_stale_blocks() {
    std::optional<BlockDeflater> deflater;
    for (Block& block : blocks_) {
      if (!block.is_stale) continue;
      if (!deflater) deflater.emplace();
      block.deflated = deflate_block(*deflater, block.bits);
      block.is_stale = false;
    }
  }

  Bytes join() const {
    Bytes out;
    out.reserve(kListBytes);
    append(out, kHeader);
    uLong checksum = adler32_z(0, nullptr, 0);
    for (const Block& block : blocks_) {
      const DeflatedBlock& deflated = block.bits.empty() ? all_valid_ : block.deflated;
      append(out, deflated.bytes);
      checksum = adler32_combine(checksum, deflated.checksum, kBlockBytes);
    }
    append(out, kLastBlock);
    append_big_endian(out, checksum);
    return out;
  }

  DeflatedBlock all_valid_;
  std::array<Block, kBlocks> blocks_;
};

}  // namespace

std::unique_ptr<StatusListEncoder> make_deflated_bits() { return std::make_unique<DeflatedBits>(); }

}  // namespace ptkl::crypto

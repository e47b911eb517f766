#include "crypto/deflated_bits.h"

#include <array>

#define ZLIB_CONST
#include <zlib.h>

#include "base/check.h"
#include "base/encoding.h"
#include "core/status_slot.h"

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

// As much window and hash table as a block has use for. Negative: without zlib's own header.
constexpr int kRawWindowBits = -13;
constexpr int kMemoryLevel = 6;

/// RFC 1950 §2.2: deflate with any window up to 32 KiB, the default level, no dictionary.
constexpr std::array<std::uint8_t, 2> kHeader = {0x78, 0x9c};
/// RFC 1951 §3.2.3: a block that is the last one, of fixed codes and without content.
constexpr std::array<std::uint8_t, 2> kLastBlock = {0x03, 0x00};

/// Compresses one block after the other, each without regard to those before it.
class BlockDeflater {
 public:
  BlockDeflater() {
    PTKL_CHECK(deflateInit2(&stream_, kLevel, Z_DEFLATED, kRawWindowBits, kMemoryLevel,
                            Z_DEFAULT_STRATEGY) == Z_OK);
  }
  ~BlockDeflater() { deflateEnd(&stream_); }
  BlockDeflater(const BlockDeflater&) = delete;
  BlockDeflater& operator=(const BlockDeflater&) = delete;

  /// The result ends on a byte and does not say that it is the last of its stream, so that such
  /// results joined are one stream.
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

class DeflatedBits final : public StatusListBits {
 public:
  void set_invalid(std::int64_t index) override {
    PTKL_CHECK(index >= 0 && index < StatusSlot::kSlotsPerList);
    const auto position = static_cast<std::size_t>(index) / 8;
    const auto bit = static_cast<std::uint8_t>(1U << (index % 8));
    if ((bits_[position] & bit) != 0) return;
    bits_[position] |= bit;
    blocks_[position / kBlockBytes].is_stale = true;
  }

  std::string encode() override {
    deflate_stale_blocks();
    return to_base64url(join());
  }

 private:
  struct Block {
    bool is_stale = true;
    Bytes deflated;
    uLong checksum = 0;
  };

  void deflate_stale_blocks() {
    BlockDeflater deflater;
    for (std::size_t i = 0; i < kBlocks; ++i) {
      Block& block = blocks_[i];
      if (!block.is_stale) continue;
      const ByteView bytes = ByteView(bits_).subspan(i * kBlockBytes, kBlockBytes);
      block.deflated = deflater.deflate(bytes);
      block.checksum = adler32_z(adler32_z(0, nullptr, 0), bytes.data(), bytes.size());
      block.is_stale = false;
    }
  }

  Bytes join() const {
    Bytes out;
    out.reserve(kListBytes);
    append(out, kHeader);
    uLong checksum = adler32_z(0, nullptr, 0);
    for (const Block& block : blocks_) {
      append(out, block.deflated);
      checksum = adler32_combine(checksum, block.checksum, kBlockBytes);
    }
    append(out, kLastBlock);
    append_big_endian(out, checksum);
    return out;
  }

  Bytes bits_ = Bytes(kListBytes);
  std::array<Block, kBlocks> blocks_;
};

}  // namespace

std::unique_ptr<StatusListBits> make_deflated_bits() { return std::make_unique<DeflatedBits>(); }

}  // namespace ptkl::crypto

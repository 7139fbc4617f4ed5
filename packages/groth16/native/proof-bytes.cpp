#include "proof-bytes.hpp"

#include <algorithm>

#include "square-root.hpp"
#include "subgroup.hpp"

namespace assay {

namespace {

// The two highest bits of the first byte, which no x below q has. 00 is for coordinates in full, 01 for infinity.
constexpr std::uint8_t SIGN_BITS = 0xc0;
constexpr std::uint8_t SMALLER_Y = 0x80;
constexpr std::uint8_t LARGER_Y = 0xc0;

// (q + 1) / 2: the least y that is larger than -y.
constexpr Limbs half_of_q_plus_one() {
  Limbs value = Fq::MODULUS;
  for (int i = 0; i < 4; i++) value[i] = (value[i] >> 1) | (i < 3 ? value[i + 1] << 63 : 0);
  value[0] += 1;
  return value;
}

bool is_larger(const Fq& y) {
  constexpr Limbs bound = half_of_q_plus_one();
  return !less_than(y.canonical(), bound);
}

// c1 decides before c0.
bool is_larger(const Fq2& y) { return y.c1.is_zero() ? is_larger(y.c0) : is_larger(y.c1); }

// No point of either curve has y = 0, where both signs would mean the same: their orders are odd.
template <class F>
bool take_root(std::uint8_t sign, const Affine<F>& point, const F& square, Affine<F>& out) {
  F root;
  if (!square_root(square, root)) return false;
  out = {point.x, is_larger(root) == (sign == LARGER_Y) ? root : -root};
  return true;
}

bool read_x(const std::uint8_t* bytes, Fq& x, std::uint8_t& sign) {
  sign = bytes[0] & SIGN_BITS;
  if (sign != SMALLER_Y && sign != LARGER_Y) return false;
  std::uint8_t plain[Fq::BYTES];
  std::copy_n(bytes, Fq::BYTES, plain);
  plain[0] &= static_cast<std::uint8_t>(~SIGN_BITS);
  return read_coordinate(plain, x);
}

bool decompress(const std::uint8_t* bytes, G1& out) {
  G1 point;
  std::uint8_t sign;
  if (!read_x(bytes, point.x, sign)) return false;
  return take_root(sign, point, point.x.squared() * point.x + Fq::from_u64(3), out);
}

bool decompress(const std::uint8_t* bytes, G2& out) {
  G2 point;
  std::uint8_t sign;
  if (!read_x(bytes, point.x.c1, sign) || !read_coordinate(bytes + Fq::BYTES, point.x.c0)) return false;
  return take_root(sign, point, point.x.squared() * point.x + twist_coefficient(), out);
}

}  // namespace

bool read_coordinate(const std::uint8_t* bytes, Fq& out) {
  std::uint8_t little[Fq::BYTES];
  std::reverse_copy(bytes, bytes + Fq::BYTES, little);
  return Fq::read(little, out);
}

bool read_point(const std::uint8_t* bytes, G1& out) {
  return read_coordinate(bytes, out.x) && read_coordinate(bytes + Fq::BYTES, out.y);
}

bool read_point(const std::uint8_t* bytes, G2& out) {
  return read_coordinate(bytes, out.x.c1) && read_coordinate(bytes + Fq::BYTES, out.x.c0) &&
         read_coordinate(bytes + 2 * Fq::BYTES, out.y.c1) && read_coordinate(bytes + 3 * Fq::BYTES, out.y.c0);
}

bool decompress_proof(const std::uint8_t* bytes, Proof& out) {
  return decompress(bytes, out.a) && decompress(bytes + Fq::BYTES, out.b) && decompress(bytes + 3 * Fq::BYTES, out.c);
}

}  // namespace assay

#include "pairing.hpp"

#include "signed-digits.hpp"
#include "subgroup.hpp"

namespace assay {

namespace {

// 6x + 2, of 65 bits; its form has a one on top.
constexpr std::size_t LOOP_LENGTH = 66;
constexpr auto LOOP_DIGITS = signed_digits<LOOP_LENGTH>(u128{6} * BN_X + 2, 2);
static_assert(LOOP_DIGITS[LOOP_LENGTH - 1] == 1);

// l0 y + l1 x w + l3 w^3 at (x, y): a line of the curve over Fq12, up to a factor in Fq2 that the final exponentiation removes.
struct Line {
  Fq2 l0, l1, l3;
};

// A running multiple (X / Z, Y / Z) on the twist, which the curve over Fq12 has at (w^2 X / Z, w^3 Y / Z). Formulas in
// homogeneous coordinates: Costello, Lange, Naehrig, eprint 2009/615, section 5; here all coordinates of a double times four.
struct Multiple {
  Fq2 x, y, z = Fq2::one();

  // Doubles; gives the tangent, of slope 3x^2 / 2y, times 2YZ.
  Line double_up() {
    const Fq2 a = (x * y).doubled();
    const Fq2 b = y.squared();
    const Fq2 c = z.squared();
    const Fq2 bc = twist_coefficient() * c;
    const Fq2 e = bc.doubled() + bc;
    const Fq2 f = e.doubled() + e;
    const Fq2 h = (y + z).squared() - b - c;
    const Fq2 xx = x.squared();
    const Fq2 ee = e.squared().doubled().doubled();
    x = a * (b - f);
    y = (b + f).squared() - ee.doubled() - ee;
    z = (b * h).doubled().doubled();
    return {h, -(xx.doubled() + xx), b - e};
  }

  // Adds q, which is another point of the same order; gives the chord, of slope theta / lambda, times lambda.
  Line add(const G2& q) {
    const Fq2 theta = y - q.y * z;
    const Fq2 lambda = x - q.x * z;
    const Fq2 c = theta.squared();
    const Fq2 d = lambda.squared();
    const Fq2 e = lambda * d;
    const Fq2 g = x * d;
    const Fq2 h = e + z * c - g.doubled();
    x = lambda * h;
    y = theta * (g - h) - e * y;
    z = z * e;
    return {lambda, -theta, theta * q.x - lambda * q.y};
  }
};

// The lines of f_{6x+2}, then those that add psi(Q) and -psi^2(Q); `square` is called before each doubling.
template <class Square, class Double, class Add>
void walk(Square square, Double double_up, Add add) {
  for (std::size_t i = LOOP_LENGTH - 1; i-- > 0;) {
    square();
    double_up();
    if (LOOP_DIGITS[i] != 0) add(LOOP_DIGITS[i] > 0 ? 0 : 1);
  }
  add(2);
  add(3);
}

// What `add` means by its argument: Q, -Q, psi(Q), -psi^2(Q).
std::array<G2, 4> addends(const G2& q) {
  const G2 once = twisted_frobenius(q);
  return {q, -q, once, -twisted_frobenius(once)};
}

// f^x for f of an order that divides q^4 - q^2 + 1, by signed windows of four bits: -f^k costs nothing.
Fq12 power_x(const Fq12& f) {
  static constexpr auto digits = signed_digits<65>(BN_X, 4);
  const Fq12 square = f.cyclotomic_squared();
  std::array<Fq12, 4> odd;
  odd[0] = f;
  for (int i = 1; i < 4; i++) odd[i] = odd[i - 1] * square;
  Fq12 result = Fq12::one();
  bool started = false;
  for (std::size_t i = digits.size(); i-- > 0;) {
    if (started) result = result.cyclotomic_squared();
    if (digits[i] == 0) continue;
    const Fq12& entry = odd[odd_index(digits[i])];
    const Fq12 factor = digits[i] > 0 ? entry : entry.conjugate();
    result = started ? result * factor : factor;
    started = true;
  }
  return result;
}

}  // namespace

PreparedG2::PreparedG2(const G2& point) {
  std::vector<Line> lines;
  Multiple multiple{point.x, point.y};
  const auto others = addends(point);
  const auto keep = [&](const assay::Line& line) { lines.push_back({line.l1, line.l3}); };
  std::vector<Fq2> heads;
  const auto step = [&](const assay::Line& line) {
    heads.push_back(line.l0);
    keep(line);
  };
  walk([] {}, [&] { step(multiple.double_up()); }, [&](int which) { step(multiple.add(others[which])); });
  invert_all(heads);
  for (std::size_t i = 0; i < lines.size(); i++) lines[i] = {lines[i].l1 * heads[i], lines[i].l3 * heads[i]};
  lines_ = std::move(lines);
}

Fq12 miller_loop(const std::vector<Pair>& pairs, const std::vector<PreparedPair>& prepared) {
  struct Running {
    Multiple multiple;
    std::array<G2, 4> others;
    Fq x, y;
  };
  struct Fixed {
    const PreparedG2* q;
    Fq x_over_y, inverse_y;
  };
  std::vector<Running> running;
  std::vector<Fixed> fixed;
  for (const auto& [p, q] : pairs) {
    if (!p.is_infinity()) running.push_back({{q.x, q.y}, addends(q), p.x, p.y});
  }
  // No point of G1 has y = 0: its order is odd.
  std::vector<Fq> inverses;
  for (const auto& pair : prepared) inverses.push_back(pair.p.y);
  invert_all(inverses);
  for (std::size_t i = 0; i < prepared.size(); i++) {
    if (!prepared[i].p.is_infinity()) fixed.push_back({prepared[i].q, prepared[i].p.x * inverses[i], inverses[i]});
  }
  Fq12 f = Fq12::one();
  std::size_t line = 0;
  const auto multiply_fixed = [&] {
    for (const auto& one : fixed) {
      const auto& [l1, l3] = one.q->line(line);
      f = f.times_unit_line(l1 * one.x_over_y, l3 * one.inverse_y);
    }
    line++;
  };
  const auto multiply = [&](const Running& one, const Line& at) { f = f.times_line(at.l0 * one.y, at.l1 * one.x, at.l3); };
  walk([&] { f = f.squared(); },
       [&] {
         for (auto& one : running) multiply(one, one.multiple.double_up());
         multiply_fixed();
       },
       [&](int which) {
         for (auto& one : running) multiply(one, one.multiple.add(one.others[which]));
         multiply_fixed();
       });
  return f;
}

// Easy part (q^6 - 1)(q^2 + 1); hard part 2x(6x^2 + 3x + 1)(q^4 - q^2 + 1) / r = (12x^3 + 12x^2 + 6x + 1)
// + (12x^3 + 6x^2 + 4x) q + (12x^3 + 6x^2 + 6x) q^2 + (12x^3 + 6x^2 + 4x - 1) q^3 (Fuentes-Castaneda, Knapp,
// Rodriguez-Henriquez, SAC 2011), conjugates being inverses after the easy part.
Fq12 final_exponentiation(const Fq12& f) {
  const Fq12 first = f.conjugate() * f.inverse();
  const Fq12 g = first.frobenius().frobenius() * first;
  const Fq12 g2x = power_x(g).cyclotomic_squared();
  const Fq12 g6x = g2x.cyclotomic_squared() * g2x;
  const Fq12 g6x2 = power_x(g6x);
  const Fq12 g12x3 = power_x(g6x2.cyclotomic_squared());
  const Fq12 a = g12x3 * g6x2 * g6x;
  const Fq12 b = a * g2x.conjugate();
  const Fq12 in_q3 = b * g.conjugate();
  return a * g6x2 * g * b.frobenius() * a.frobenius().frobenius() * in_q3.frobenius().frobenius().frobenius();
}

}  // namespace assay

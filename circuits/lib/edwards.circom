pragma circom 2.2.2;

// Sum of two constant points of Baby Jubjub, computed by the compiler. The law is complete: 168700 is a square in the
// field, 168696 is none.
function edwardsAdd(x1, y1, x2, y2) {
    var product = 168696 * x1 * x2 * y1 * y2;
    var sum[2] = [(x1 * y2 + y1 * x2) / (1 + product), (y1 * y2 - 168700 * x1 * x2) / (1 - product)];
    return sum;
}

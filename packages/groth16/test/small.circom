pragma circom 2.2.0;

// A circuit of some twenty constraints, for the tests of this package: 3 public signals, one bit hint, one assert.
template Power(n) {
    signal input base;
    signal input addend;
    signal output result;
    signal steps[n];
    steps[0] <== base * base + addend;
    for (var i = 1; i < n; i++) {
        steps[i] <== steps[i - 1] * steps[i - 1] + addend;
    }
    result <== steps[n - 1];
}

template Small() {
    signal input product;    // public
    signal input sum;        // public
    signal input factors[2]; // secret
    signal input offset;     // secret
    signal output result;
    product === factors[0] * factors[1];
    sum === factors[0] + factors[1] + offset;
    assert(offset < 1000);
    component power = Power(20);
    power.base <== factors[0];
    power.addend <== offset;
    log("factor", factors[0]);
    signal isZero <-- factors[1] == 0 ? 1 : 0;
    isZero * (isZero - 1) === 0;
    isZero * factors[1] === 0;
    result <== power.result + isZero;
}

component main { public [product, sum] } = Small();

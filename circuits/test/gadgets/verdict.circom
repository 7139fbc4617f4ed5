pragma circom 2.2.2;

include "../../lib/verdict.circom";

component main = Verdict();

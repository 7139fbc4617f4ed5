pragma circom 2.2.2;

include "../../lib/permutation.circom";

component main = Permutation(8);

pragma circom 2.2.2;

include "../../lib/policy.circom";

component main = PolicyValue();

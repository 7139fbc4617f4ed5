pragma circom 2.2.2;

include "../../lib/signature.circom";

component main = Signature();

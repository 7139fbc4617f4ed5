pragma circom 2.2.2;

include "../../lib/indexed.circom";

component main = IndexedLookup(8, 2);

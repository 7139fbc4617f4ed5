pragma circom 2.2.2;

// Domain tags: the ASCII string `assay.v1.<name>` as a big-endian integer, the first input of every Poseidon hash of that use.
// circuits/test/tags.test.ts compares each with packages/field.

function TAG_APPLICANT() { return 0x61737361792e76312e6170706c6963616e74; } // applicant
function TAG_CREDENTIAL() { return 0x61737361792e76312e63726564656e7469616c; } // credential
function TAG_ISSUER() { return 0x61737361792e76312e697373756572; } // issuer
function TAG_INDEXED() { return 0x61737361792e76312e696e6465786564; } // indexed
function TAG_MEMBER() { return 0x61737361792e76312e6d656d626572; } // member
function TAG_NODE() { return 0x61737361792e76312e6e6f6465; } // node
function TAG_NULLIFIER() { return 0x61737361792e76312e6e756c6c6966696572; } // nullifier
function TAG_CREDENTIAL_NULLIFIER() { return 0x61737361792e76312e63726564656e7469616c2d6e756c6c6966696572; } // credential-nullifier
function TAG_ELIGIBILITY() { return 0x61737361792e76312e656c69676962696c697479; } // eligibility
function TAG_OUTCOME() { return 0x61737361792e76312e6f7574636f6d65; } // outcome
function TAG_OPENING_KEY() { return 0x61737361792e76312e6f70656e696e672d6b6579; } // opening-key
function TAG_REASONS() { return 0x61737361792e76312e726561736f6e73; } // reasons
function TAG_OFFICER() { return 0x61737361792e76312e6f666669636572; } // officer
function TAG_POLICY() { return 0x61737361792e76312e706f6c696379; } // policy
function TAG_PARTITIONS() { return 0x61737361792e76312e706172746974696f6e73; } // partitions
function TAG_FAIRNESS_POLICY() { return 0x61737361792e76312e666169726e6573732d706f6c696379; } // fairness-policy
function TAG_MODEL() { return 0x61737361792e76312e6d6f64656c; } // model
function TAG_MODEL_MAGNITUDES() { return 0x61737361792e76312e6d6f64656c2d6d61676e697475646573; } // model-magnitudes
function TAG_TREE_BLOCK() { return 0x61737361792e76312e747265652d626c6f636b; } // tree-block
function TAG_FOREST() { return 0x61737361792e76312e666f72657374; } // forest
function TAG_TREE_MODEL() { return 0x61737361792e76312e747265652d6d6f64656c; } // tree-model
function TAG_TABLE_PAD() { return 0x61737361792e76312e7461626c652d706164; } // table-pad
function TAG_TABLE() { return 0x61737361792e76312e7461626c65; } // table
function TAG_BASELINE() { return 0x61737361792e76312e626173656c696e65; } // baseline

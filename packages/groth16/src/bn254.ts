/** Order of the BN254 base field, over which the curve points have their coordinates (EIP-196). */
export const BASE_FIELD_ORDER = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

/** Order of the BN254 groups, and of the scalar field in which circuits are written (EIP-196). */
export const SCALAR_FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

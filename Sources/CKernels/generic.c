// The kernel set for any CPU: what the compiler's baseline has (SSE2 on x86-64, NEON on arm64).

#define CK_SET "generic"
#define CK_TABLE ck_generic
#define CK_LANES 4
#define CK_TILE_ROWS 4
#define CK_TILE_VECTORS 2

#include "sets/set.h"

// What kernels mean by their words in OpenCL C 1.2.
#pragma OPENCL FP_CONTRACT OFF
#ifdef cl_khr_fp64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#define HAS_F64
#endif
#ifdef cl_khr_int64_base_atomics
#pragma OPENCL EXTENSION cl_khr_int64_base_atomics : enable
#endif
#ifdef cl_khr_int64_extended_atomics
#pragma OPENCL EXTENSION cl_khr_int64_extended_atomics : enable
#endif

typedef uchar u8;
typedef ushort u16;
typedef uint u32;
typedef long i64;
typedef ulong u64;

#define KERNEL(size) __kernel
// Inlined without exception: a local array that reaches a function which is not becomes an object of the whole program on PoCL.
#define DEVICE static inline __attribute__((always_inline))
#define OVERLOADED DEVICE __attribute__((overloadable))
#define GLOBAL __global
#define SHARED __local
#define SHARED_ARRAY __local
// Shared memory whose size the launch says is an argument here.
#define DYNAMIC_SHARED_ARGUMENT , __local ulong4* dynamic__shared
#define DYNAMIC_SHARED_ARRAY
#define PRIVATE __private
#define ALIGNED(bytes) __attribute__((aligned(bytes)))
#define UNROLL _Pragma("unroll")
#define MAKE(type, ...) ((type){ __VA_ARGS__ })
#define ZERO(type) ((type){ 0 })

#define BARRIER() barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)
// OpenCL 1.2 has no shuffles: group reductions stay in shared memory.
#define WARP 1
#define REDUCE_WARP(type, apply)

#define GROUP_IDX_X ((int)get_local_id(0))
#define GROUP_IDX_Y ((int)get_local_id(1))
#define GROUP_DIM_X ((int)get_local_size(0))
#define GROUP_DIM_Y ((int)get_local_size(1))
#define GRID_IDX_X ((int)get_group_id(0))
#define GRID_IDX_Y ((int)get_group_id(1))
#define GRID_DIM_X ((int)get_num_groups(0))
#define GRID_DIM_Y ((int)get_num_groups(1))

#define F32_INF INFINITY
#define F32_NAN NAN
#define F64_INF ((double)INFINITY)
#define F64_NAN ((double)NAN)
#define F32_FN(name) name
#define F32_BITS(x) as_int(x)
#define BITS_F32(x) as_float(x)
#define F64_BITS(x) as_long(x)
#define BITS_F64(x) as_double(x)

// Floats to integers: cut towards zero, held at the ends of the range, 0 for NaN.
#define TO_I8(x) convert_char_sat(x)
#define TO_U8(x) convert_uchar_sat(x)
#define TO_I16(x) convert_short_sat(x)
#define TO_U16(x) convert_ushort_sat(x)
#define TO_I32(x) convert_int_sat(x)
#define TO_U32(x) convert_uint_sat(x)
#define TO_I64(x) convert_long_sat(x)
#define TO_U64(x) convert_ulong_sat(x)

#define POPCOUNT(x) ((int)popcount(x))
#define LEADING_ZEROS(x) ((int)clz(x))

#define ATOMICS(space, type, prefix) \
    OVERLOADED type ATOMIC_ADD(volatile space type* p, type v) { return prefix##_add(p, v); } \
    OVERLOADED type ATOMIC_EXCHANGE(volatile space type* p, type v) { return prefix##_xchg(p, v); } \
    OVERLOADED type ATOMIC_COMPARE_EXCHANGE(volatile space type* p, type c, type v) { return prefix##_cmpxchg(p, c, v); }
#define ATOMICS_EXTENDED(space, type, prefix) \
    OVERLOADED type ATOMIC_MAX(volatile space type* p, type v) { return prefix##_max(p, v); } \
    OVERLOADED type ATOMIC_MIN(volatile space type* p, type v) { return prefix##_min(p, v); } \
    OVERLOADED type ATOMIC_AND(volatile space type* p, type v) { return prefix##_and(p, v); } \
    OVERLOADED type ATOMIC_OR(volatile space type* p, type v) { return prefix##_or(p, v); } \
    OVERLOADED type ATOMIC_XOR(volatile space type* p, type v) { return prefix##_xor(p, v); }
ATOMICS(__global, int, atomic)
ATOMICS(__global, u32, atomic)
ATOMICS(__local, int, atomic)
ATOMICS(__local, u32, atomic)
ATOMICS_EXTENDED(__global, int, atomic)
ATOMICS_EXTENDED(__global, u32, atomic)
ATOMICS_EXTENDED(__local, int, atomic)
ATOMICS_EXTENDED(__local, u32, atomic)
#ifdef cl_khr_int64_base_atomics
ATOMICS(__global, i64, atom)
ATOMICS(__global, u64, atom)
ATOMICS(__local, i64, atom)
ATOMICS(__local, u64, atom)
#endif
#ifdef cl_khr_int64_extended_atomics
ATOMICS_EXTENDED(__global, i64, atom)
ATOMICS_EXTENDED(__global, u64, atom)
ATOMICS_EXTENDED(__local, i64, atom)
ATOMICS_EXTENDED(__local, u64, atom)
#endif

DEVICE u16 F32_TO_HALF(float x)
{
    u16 bits;
    vstore_half_rte(x, 0, (half*)&bits);
    return bits;
}

DEVICE float HALF_TO_F32(u16 bits) { return vload_half(0, (const half*)&bits); }

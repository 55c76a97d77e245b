// What kernels mean by their words in CUDA C++. Compiled without contraction (fmad = false).
#define HAS_F64

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;

#define KERNEL(size) extern "C" __global__ __launch_bounds__(size)
#define DEVICE static __device__ __forceinline__
#define OVERLOADED DEVICE
#define GLOBAL
#define SHARED
// As quadruples and asynchronous copies want it.
#define SHARED_ARRAY __shared__ __align__(16)
// Shared memory whose size the launch says is an array without one here.
#define DYNAMIC_SHARED_ARGUMENT
#define DYNAMIC_SHARED_ARRAY extern __shared__ __align__(32) u8 dynamic__shared[];
#define PRIVATE
#define ALIGNED(bytes) __align__(bytes)
#define UNROLL _Pragma("unroll")
#define MAKE(type, ...) (type{ __VA_ARGS__ })
#define ZERO(type) (type())

#define BARRIER() __syncthreads()
#define GROUP_IDX_X ((int)threadIdx.x)
#define GROUP_IDX_Y ((int)threadIdx.y)
#define GROUP_DIM_X ((int)blockDim.x)
#define GROUP_DIM_Y ((int)blockDim.y)
#define GRID_IDX_X ((int)blockIdx.x)
#define GRID_IDX_Y ((int)blockIdx.y)
#define GRID_DIM_X ((int)gridDim.x)
#define GRID_DIM_Y ((int)gridDim.y)

// The last steps of a group reduction, in the registers of the first warp: no barriers. The mask names the threads that there are.
#define WARP 32
#define REDUCE_WARP(type, apply) \
    if (own < WARP) \
    { \
        u32 lanes = count < WARP ? (1u << count) - 1u : 0xFFFFFFFFu; \
        type sum = values[own]; \
        for (; width > 0; width /= 2) \
        { \
            type other = __shfl_down_sync(lanes, sum, (u32)width); \
            if (own < width && own + width < count) sum = apply(sum, other); \
        } \
        if (own == 0) values[0] = sum; \
    } \
    BARRIER();

#define F32_INF __int_as_float(0x7f800000)
#define F32_NAN __int_as_float(0x7fc00000)
#define F64_INF __longlong_as_double(0x7ff0000000000000LL)
#define F64_NAN __longlong_as_double(0x7ff8000000000000LL)
#define F32_FN(name) name##f
#define F32_ELEMENTARY(name) name##f
#define F32_BITS(x) __float_as_int(x)
#define BITS_F32(x) __int_as_float(x)
#define F64_BITS(x) __double_as_longlong(x)
#define BITS_F64(x) __longlong_as_double(x)

// Floats to integers: cut towards zero, held at the ends of the range, 0 for NaN.
#define SATURATED(name, type, low, high, floor, ceiling) \
    DEVICE type name(float x) { return x != x ? (type)0 : x <= floor##f ? (type)(low) : x >= ceiling##f ? (type)(high) : (type)x; } \
    DEVICE type name(double x) { return x != x ? (type)0 : x <= floor ? (type)(low) : x >= ceiling ? (type)(high) : (type)x; }
SATURATED(TO_I8, signed char, -128, 127, -128.0, 127.0)
SATURATED(TO_U8, u8, 0, 255, 0.0, 255.0)
SATURATED(TO_I16, short, -32768, 32767, -32768.0, 32767.0)
SATURATED(TO_U16, u16, 0, 65535, 0.0, 65535.0)
SATURATED(TO_I32, int, -2147483647 - 1, 2147483647, -2147483648.0, 2147483648.0)
SATURATED(TO_U32, u32, 0, 4294967295u, 0.0, 4294967296.0)
SATURATED(TO_I64, i64, -9223372036854775807LL - 1, 9223372036854775807LL, -9223372036854775808.0, 9223372036854775808.0)
SATURATED(TO_U64, u64, 0, 18446744073709551615ULL, 0.0, 18446744073709551616.0)

DEVICE int POPCOUNT(u32 x) { return __popc(x); }
DEVICE int POPCOUNT(u64 x) { return __popcll(x); }
DEVICE int LEADING_ZEROS(u32 x) { return __clz((int)x); }
DEVICE int LEADING_ZEROS(u64 x) { return __clzll((i64)x); }

#define ATOMICS(type, word) \
    DEVICE type ATOMIC_ADD(type* p, type v) { return (type)atomicAdd((word*)p, (word)v); } \
    DEVICE type ATOMIC_EXCHANGE(type* p, type v) { return (type)atomicExch((word*)p, (word)v); } \
    DEVICE type ATOMIC_COMPARE_EXCHANGE(type* p, type c, type v) { return (type)atomicCAS((word*)p, (word)c, (word)v); } \
    DEVICE type ATOMIC_MAX(type* p, type v) { return atomicMax(p, v); } \
    DEVICE type ATOMIC_MIN(type* p, type v) { return atomicMin(p, v); } \
    DEVICE type ATOMIC_AND(type* p, type v) { return (type)atomicAnd((word*)p, (word)v); } \
    DEVICE type ATOMIC_OR(type* p, type v) { return (type)atomicOr((word*)p, (word)v); } \
    DEVICE type ATOMIC_XOR(type* p, type v) { return (type)atomicXor((word*)p, (word)v); }
ATOMICS(int, u32)
ATOMICS(u32, u32)
ATOMICS(i64, u64)
ATOMICS(u64, u64)

DEVICE u16 F32_TO_HALF(float x)
{
    u16 bits;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(x));
    return bits;
}

DEVICE float HALF_TO_F32(u16 bits)
{
    float x;
    asm("cvt.f32.f16 %0, %1;" : "=f"(x) : "h"(bits));
    return x;
}

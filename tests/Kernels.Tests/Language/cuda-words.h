// The words of CUDA that device text is written in, for a clang without NVIDIA's headers: enough to compile to PTX, not to link.
// The mathematics of libdevice stays undefined, so nothing here says how it rounds.
#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __shared__ __attribute__((shared))
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(threads) __attribute__((launch_bounds(threads)))
#define __align__(bytes) __attribute__((aligned(bytes)))
#define WORD static __device__ __forceinline__

struct Place
{
    unsigned x, y;
};
WORD Place thread_place() { return { (unsigned)__nvvm_read_ptx_sreg_tid_x(), (unsigned)__nvvm_read_ptx_sreg_tid_y() }; }
WORD Place thread_count() { return { (unsigned)__nvvm_read_ptx_sreg_ntid_x(), (unsigned)__nvvm_read_ptx_sreg_ntid_y() }; }
WORD Place block_place() { return { (unsigned)__nvvm_read_ptx_sreg_ctaid_x(), (unsigned)__nvvm_read_ptx_sreg_ctaid_y() }; }
WORD Place block_count() { return { (unsigned)__nvvm_read_ptx_sreg_nctaid_x(), (unsigned)__nvvm_read_ptx_sreg_nctaid_y() }; }
#define threadIdx thread_place()
#define blockDim thread_count()
#define blockIdx block_place()
#define gridDim block_count()

WORD float __int_as_float(int x) { return __builtin_bit_cast(float, x); }
WORD int __float_as_int(float x) { return __builtin_bit_cast(int, x); }
WORD double __longlong_as_double(long long x) { return __builtin_bit_cast(double, x); }
WORD long long __double_as_longlong(double x) { return __builtin_bit_cast(long long, x); }
WORD int __popc(unsigned x) { return __builtin_popcount(x); }
WORD int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
WORD int __clz(int x) { return x ? __builtin_clz((unsigned)x) : 32; }
WORD int __clzll(long long x) { return x ? __builtin_clzll((unsigned long long)x) : 64; }

WORD unsigned long long __cvta_generic_to_shared(const void* p) { return (unsigned long long)(const __attribute__((address_space(3))) void*)p; }

WORD int __shfl_down_sync(unsigned lanes, int x, unsigned distance) { return __nvvm_shfl_sync_down_i32(lanes, x, distance, 31); }
WORD unsigned __shfl_down_sync(unsigned lanes, unsigned x, unsigned distance) { return (unsigned)__shfl_down_sync(lanes, (int)x, distance); }
WORD float __shfl_down_sync(unsigned lanes, float x, unsigned distance) { return __int_as_float(__shfl_down_sync(lanes, __float_as_int(x), distance)); }
WORD unsigned long long __shfl_down_sync(unsigned lanes, unsigned long long x, unsigned distance)
{
    return ((unsigned long long)__shfl_down_sync(lanes, (unsigned)(x >> 32), distance) << 32) | __shfl_down_sync(lanes, (unsigned)x, distance);
}
WORD long long __shfl_down_sync(unsigned lanes, long long x, unsigned distance) { return (long long)__shfl_down_sync(lanes, (unsigned long long)x, distance); }
WORD double __shfl_down_sync(unsigned lanes, double x, unsigned distance) { return __longlong_as_double(__shfl_down_sync(lanes, __double_as_longlong(x), distance)); }

#define OF_ONE(name) extern "C" __device__ double name(double); extern "C" __device__ float name##f(float);
#define OF_TWO(name) extern "C" __device__ double name(double, double); extern "C" __device__ float name##f(float, float);
OF_ONE(exp)
OF_ONE(log)
OF_ONE(tanh)
OF_ONE(sin)
OF_ONE(cos)
OF_ONE(erf)
OF_TWO(pow)
OF_TWO(fmod)
#undef OF_ONE
#undef OF_TWO
WORD double fabs(double x) { return __builtin_fabs(x); }
WORD float fabsf(float x) { return __builtin_fabsf(x); }
WORD double fmax(double a, double b) { return __builtin_fmax(a, b); }
WORD float fmaxf(float a, float b) { return __builtin_fmaxf(a, b); }
WORD double floor(double x) { return __builtin_floor(x); }
WORD float floorf(float x) { return __builtin_floorf(x); }
WORD double sqrt(double x) { return __nvvm_sqrt_rn_d(x); }
WORD float sqrtf(float x) { return __nvvm_sqrt_rn_f(x); }
WORD double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
WORD float fmaf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

#define ATOMIC_WORDS(type) \
    WORD type atomicAdd(type* p, type v) { return __atomic_fetch_add(p, v, __ATOMIC_RELAXED); } \
    WORD type atomicExch(type* p, type v) { return __atomic_exchange_n(p, v, __ATOMIC_RELAXED); } \
    WORD type atomicAnd(type* p, type v) { return __atomic_fetch_and(p, v, __ATOMIC_RELAXED); } \
    WORD type atomicOr(type* p, type v) { return __atomic_fetch_or(p, v, __ATOMIC_RELAXED); } \
    WORD type atomicXor(type* p, type v) { return __atomic_fetch_xor(p, v, __ATOMIC_RELAXED); } \
    WORD type atomicCAS(type* p, type c, type v) { __atomic_compare_exchange_n(p, &c, v, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED); return c; }
#define ORDERED_WORDS(type) \
    WORD type atomicMax(type* p, type v) { return __atomic_fetch_max(p, v, __ATOMIC_RELAXED); } \
    WORD type atomicMin(type* p, type v) { return __atomic_fetch_min(p, v, __ATOMIC_RELAXED); }
ATOMIC_WORDS(unsigned)
ATOMIC_WORDS(unsigned long long)
ORDERED_WORDS(int)
ORDERED_WORDS(unsigned)
ORDERED_WORDS(long long)
ORDERED_WORDS(unsigned long long)
#undef ATOMIC_WORDS
#undef ORDERED_WORDS
#undef WORD

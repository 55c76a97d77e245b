// Tensor cores for floats and asynchronous copies, in CUDA C++: they came with compute capability 8.0 (Ampere).
#if __CUDA_ARCH__ >= 800
#define MMA(shape, type, d, a, b) \
    asm volatile("mma.sync.aligned." shape ".row.col.f32." type "." type ".f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};" \
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a(0)), "r"(a(1)), "r"(a(2)), "r"(a(3)), "r"(b(0)), "r"(b(1)))
#define FLOAT_A(i) F32_BITS(a[i])
#define FLOAT_B(i) F32_BITS(b[i])
#define WORD_A(i) a[i]
#define WORD_B(i) b[i]
DEVICE void MMA_TF32(float* d, const float* a, const float* b) { MMA("m16n8k8", "tf32", d, FLOAT_A, FLOAT_B); }
DEVICE void MMA_BF16(float* d, const u32* a, const u32* b) { MMA("m16n8k16", "bf16", d, WORD_A, WORD_B); }
DEVICE void MMA_F16(float* d, const u32* a, const u32* b) { MMA("m16n8k16", "f16", d, WORD_A, WORD_B); }

// Whole quadruples pass by the first-level cache, which they would only fill. Of the numbers beyond the count nothing is read: they become zeros.
#define COPY_ASYNC(bytes, to, from, count) COPY_ASYNC_##bytes(to, from, 4 * (count))
DEVICE void COPY_ASYNC_4(float* to, const float* from, int bytes)
{
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" : : "r"((u32)__cvta_generic_to_shared(to)), "l"(from), "r"(bytes) : "memory");
}
DEVICE void COPY_ASYNC_16(float* to, const float* from, int bytes)
{
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" : : "r"((u32)__cvta_generic_to_shared(to)), "l"(from), "r"(bytes) : "memory");
}
#define COMMIT_COPIES() asm volatile("cp.async.commit_group;" : : : "memory")
#define WAIT_FOR_COPIES(pending) asm volatile("cp.async.wait_group %0;" : : "n"(pending) : "memory")

// One instruction where the common text takes several.
#define ROUND_TO_TF32(x) TF32_OF(x)
DEVICE float TF32_OF(float x)
{
    u32 bits;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
    return BITS_F32((int)bits);
}

DEVICE u32 PACK_BF16(float first, float second)
{
    u32 bits;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(second), "f"(first));
    return bits;
}
#endif

// TM of float, double and int in every dialect, and what else is made of the words above.
#define JOIN(a, b) a##_##b
#define NAME(type, function) JOIN(type, function)

// A literal as the type of TM has it: one of three spellings.
#define OF(math, f32, f64, i32) NAME(math, OF)(f32, f64, i32)
#define F32_OF(f32, f64, i32) f32
#define F64_OF(f32, f64, i32) f64
#define I32_OF(f32, f64, i32) i32

#define GROUP_LINEAR (GROUP_IDX_X + GROUP_IDX_Y * GROUP_DIM_X)

#define SELECTS(math, type) \
    DEVICE type math##_SelectLess(type a, type b, type x, type y) { return a < b ? x : y; } \
    DEVICE type math##_SelectLessOrEqual(type a, type b, type x, type y) { return a <= b ? x : y; } \
    DEVICE type math##_SelectEqual(type a, type b, type x, type y) { return a == b ? x : y; }

// Max and Min give NaN for NaN. Where the two are equal their bits differ in the sign of zero at most. Selects without branches: compilers put them on vectors.
#define FUNCTIONS(math, type, fn, elementary, to_bits, from_bits) \
    SELECTS(math, type) \
    DEVICE type math##_Fma(type a, type b, type c) { return fn(fma)(a, b, c); } \
    DEVICE type math##_Abs(type x) { return elementary(fabs)(x); } \
    DEVICE type math##_Sqrt(type x) { return fn(sqrt)(x); } \
    DEVICE type math##_Floor(type x) { return fn(floor)(x); } \
    DEVICE type math##_Max(type a, type b) { type m = a > b ? a : b, zero = from_bits(to_bits(a) & to_bits(b)); m = a != a ? a : m; return a == b ? zero : m; } \
    DEVICE type math##_Min(type a, type b) { type m = a < b ? a : b, zero = from_bits(to_bits(a) | to_bits(b)); m = a != a ? a : m; return a == b ? zero : m; } \
    DEVICE type math##_Exp(type x) { return elementary(exp)(x); } \
    DEVICE type math##_Log(type x) { return elementary(log)(x); } \
    DEVICE type math##_Tanh(type x) { return elementary(tanh)(x); } \
    DEVICE type math##_Sin(type x) { return fn(sin)(x); } \
    DEVICE type math##_Cos(type x) { return fn(cos)(x); } \
    DEVICE type math##_Erf(type x) { return elementary(erf)(x); } \
    DEVICE type math##_Pow(type x, type y) { return fn(pow)(x, y); } \
    DEVICE type math##_Mod(type x, type y) { return fn(fmod)(x, y); } \
    DEVICE type math##_FromInt(int x) { return (type)x; } \
    DEVICE type math##_FromLong(i64 x) { return (type)x; } \
    DEVICE int math##_ToInt(type x) { return TO_I32(x); } \
    DEVICE type math##_MaxNumber(type a, type b) { return elementary(fmax)(a, b); } \
    DEVICE int math##_IsFinite(type x) { return x - x == 0; }

FUNCTIONS(F32, float, F32_FN, F32_ELEMENTARY, F32_BITS, BITS_F32)
SELECTS(I32, int)

#ifdef HAS_F64
#define F64_FN(name) name
FUNCTIONS(F64, double, F64_FN, F64_FN, F64_BITS, BITS_F64)
DEVICE double F32_ToDouble(float x) { return (double)x; }
DEVICE double F64_ToDouble(double x) { return x; }
DEVICE float F32_Of(double x) { return (float)x; }
DEVICE double F64_Of(double x) { return x; }
DEVICE int I32_Of(double x) { return TO_I32(x); }
#endif

// The tree of GroupExtensions: value i takes in value i + w while w halves. Steps narrower than WARP are the dialect's: the same sums by shuffles.
#define DEFINE_ALL_REDUCE(name, type, apply) \
    DEVICE type name(SHARED type* values, type value) \
    { \
        int count = GROUP_DIM_X * GROUP_DIM_Y, own = GROUP_LINEAR, width = 1; \
        while (width < count) width *= 2; \
        values[own] = value; \
        BARRIER(); \
        for (width /= 2; width >= WARP; width /= 2) \
        { \
            if (own < width && own + width < count) values[own] = apply(values[own], values[own + width]); \
            BARRIER(); \
        } \
        REDUCE_WARP(type, apply) \
        type result = values[0]; \
        BARRIER(); \
        return result; \
    }

DEVICE u16 F32_TO_BF16(float x)
{
    u32 bits = (u32)F32_BITS(x);
    return (bits & 0x7FFFFFFFu) > 0x7F800000u ? (u16)((bits >> 16) | 0x40u) : (u16)((bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
}

DEVICE float BF16_TO_F32(u16 bits) { return BITS_F32((int)((u32)bits << 16)); }

DEVICE float ROUND_TO_TF32(float x)
{
    u32 bits = (u32)F32_BITS(x);
    return (bits & 0x7F800000u) == 0x7F800000u ? x : BITS_F32((int)((bits + 0x1000u) & 0xFFFFE000u));
}

#define REDUCE_ADD(a, b) ((a) + (b))

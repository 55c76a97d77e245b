// Exponential, logarithm, tanh and erf of floats without branches and calls, for processors, whose compilers make vectors of neighbouring
// threads: their libraries' functions take one number at a time (PoCL 3.1). GPUs have instructions of their own and do not read this.
// The polynomials and the steps are the host's (Lanes/MathF32.Exponential.cs), where their errors stand.
#ifdef ON_PROCESSOR
#define LANES_LN2_HI 0.693147182f
#define LANES_LN2_LO -1.90465421e-9f
#define LANES_ROUND 12582912.0f

// By bits, because PoCL's own are calls.
DEVICE float LANES_fabs(float x) { return as_float(as_int(x) & 0x7FFFFFFF); }
DEVICE float LANES_WITH_SIGN(float a, float x) { return as_float(as_int(a) | (as_int(x) & (int)0x80000000)); }
DEVICE float LANES_fmax(float a, float b) { return __builtin_fmaxf(a, b); }

// Limits x and lets NaN through.
DEVICE float LANES_CLAMP(float x, float lo, float hi) { x = x < lo ? lo : x; return x > hi ? hi : x; }

// Two to the k for -126 <= k <= 127, by writing the exponent field.
DEVICE float LANES_POWER_OF_TWO(int k) { return as_float((k << 23) + 0x3F800000); }

// What k is in e^x = 2^k e^r, and e^r.
DEVICE float LANES_EXP_ROUNDED(float x) { return fma(x, 1.44269502f, LANES_ROUND); }
DEVICE int LANES_EXP_POWER(float rounded) { return as_int(rounded) - as_int(LANES_ROUND); }
DEVICE float LANES_EXP_REST(float x, float rounded)
{
    float n = rounded - LANES_ROUND, r = fma(n, -LANES_LN2_LO, fma(n, -LANES_LN2_HI, x));
    float p = fma(0.0013814412866f, r, 0.0083687853238f);
    p = fma(p, r, 0.0416683953348f);
    p = fma(p, r, 0.1666652005488f);
    p = fma(p, r, 0.4999999340695f);
    return fma(fma(p, r, 1.0f), r, 1.0f);
}

DEVICE float LANES_exp(float x)
{
    x = LANES_CLAMP(x, -104.0f, 89.0f);
    float rounded = LANES_EXP_ROUNDED(x);
    int k = LANES_EXP_POWER(rounded), one = k >> 1;
    return LANES_EXP_REST(x, rounded) * LANES_POWER_OF_TWO(one) * LANES_POWER_OF_TWO(k - one);
}

DEVICE float LANES_log(float x)
{
    int is_tiny = x < 1.17549435e-38f, bits = as_int(is_tiny ? x * 8388608.0f : x), k = (bits - 0x3F3504F3) >> 23;
    float f = as_float(bits - (k << 23)) - 1.0f, exponent = (float)k + (is_tiny ? -23.0f : 0.0f), s = f / (2.0f + f), s2 = s * s;
    float r = fma(fma(0.2987185388185f, s2, 0.3997753711314f), s2, 0.6666677641623f) * s2, halved = 0.5f * f * f;
    float low = fma(s, halved + r, exponent * LANES_LN2_LO), y = fma(exponent, LANES_LN2_HI, f - (halved - low));
    y = x < INFINITY ? y : x;
    y = x == 0.0f ? -INFINITY : y;
    return x < 0.0f ? NAN : y;
}

DEVICE float LANES_tanh(float x)
{
    float a = LANES_CLAMP(LANES_fabs(x), 0.0f, 9.1f), u = a * a, rounded = LANES_EXP_ROUNDED(a + a);
    float p = fma(-0.0058951273322f, u, 0.0207959436633f);
    p = fma(p, u, -0.0537838213675f);
    p = fma(p, u, 0.1333192401237f);
    p = fma(p, u, -0.3333329799735f);
    float near = fma(a * u, p, a), e = LANES_EXP_REST(a + a, rounded) * LANES_POWER_OF_TWO(LANES_EXP_POWER(rounded)), far = 1.0f - 2.0f / (e + 1.0f);
    return LANES_WITH_SIGN(a < 0.6f ? near : far, x);
}

DEVICE float LANES_erf(float x)
{
    float a = LANES_CLAMP(LANES_fabs(x), 0.0f, 3.95f), u = a * a;
    float p = fma(0.0000785384704f, u, -0.0008010189287f);
    p = fma(p, u, 0.0051883271914f);
    p = fma(p, u, -0.0268538116748f);
    p = fma(p, u, 0.1128358514238f);
    p = fma(p, u, -0.3761262582368f);
    p = fma(p, u, 0.1283791657267f);
    float q = fma(0.0001863883884f, a, -0.0029477448206f);
    q = fma(q, a, 0.0218383943768f);
    q = fma(q, a, -0.1031074105923f);
    q = fma(q, a, -0.6381441173518f);
    q = fma(q, a, -1.1270895971736f);
    q = fma(q, a, -0.0003414284962f);
    float rounded = LANES_EXP_ROUNDED(q), far = 1.0f - LANES_EXP_REST(q, rounded) * LANES_POWER_OF_TWO(LANES_EXP_POWER(rounded));
    return LANES_WITH_SIGN(a < 1.0f ? fma(a, p, a) : far, x);
}

#define F32_ELEMENTARY(name) LANES_##name
#else
#define F32_ELEMENTARY(name) name
#endif

using Handmade.Kernels;

namespace Handmade.Model.Data;

/// <summary>
/// What a pair of tokens (a, b) should give modulo p, and the circle on which it is an addition: tokens and classes stand at places of a
/// cyclic group of n = <see cref="Order"/> elements such that the class of the tokens at places x and y stands at place x + y mod n.
/// </summary>
/// <remarks>
/// Sums: n = p and places are the numbers. Differences: the second token b stands at −b, so that x − y is a + b. Products, for prime p: n = p − 1 and
/// places are discrete logarithms to the smallest primitive root; a factor of 0 has none, and those pairs are left out where places matter.
/// </remarks>
public sealed class ModularTask
{
    private readonly Func<int, int, int> classOf;

    private ModularTask(string name, int p, Func<int, int, int> classOf, int[] first, int[] second, int[] classes)
    {
        (Name, P, this.classOf) = (name, p, classOf);
        (First, Second, Classes) = (first, second, classes);
    }

    /// <summary>sum, difference or product.</summary>
    public string Name { get; }

    /// <summary>The modulus p: tokens and classes are 0 … p − 1.</summary>
    public int P { get; }

    /// <summary>Places of the circle, n.</summary>
    public int Order => First.Count;

    /// <summary>The first token at each place.</summary>
    public IReadOnlyList<int> First { get; }

    /// <summary>The second token at each place.</summary>
    public IReadOnlyList<int> Second { get; }

    /// <summary>The class at each place.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <summary>What (a, b) should give.</summary>
    public int Class(int a, int b) => classOf(a, b);

    /// <summary>What is special about a circle of n places, as a sentence; null where n is an odd prime, as in the paper.</summary>
    public string? Caution => IsPrime(Order) && Order > 2 ? null
        : Order % 2 == 0 ? $"the circle has {Order} places, an even number: sum and difference of places have one parity, and antipodal tokens exist"
        : $"the circle has {Order} places, no prime: frequencies that share a factor with it go round in fewer steps and tell some tokens not apart";

    /// <summary>(a + b) mod p.</summary>
    public static ModularTask Sum(int p)
    {
        int[] numbers = Numbers(p);
        return new("sum", p, (a, b) => (a + b) % p, numbers, numbers, numbers);
    }

    /// <summary>(a − b) mod p.</summary>
    public static ModularTask Difference(int p)
    {
        int[] numbers = Numbers(p);
        return new("difference", p, (a, b) => (a - b + p) % p, numbers, [.. numbers.Select(y => (p - y) % p)], numbers);
    }

    /// <summary>a · b mod p, p prime.</summary>
    public static ModularTask Product(int p)
    {
        if (!IsPrime(p) || p < 5) throw new HandmadeException($"products modulo {p}: p must be a prime from 5 on, for otherwise the numbers without 0 form no circle");
        int root = Enumerable.Range(2, p - 2).First(g => Powers(g).Distinct().Count() == p - 1);
        int[] powers = Powers(root);
        return new("product", p, (a, b) => (int)((long)a * b % p), powers, powers, powers);

        int[] Powers(int g)
        {
            var powers = new int[p - 1];
            long power = 1;
            for (int x = 0; x < powers.Length; x++, power = power * g % p) powers[x] = (int)power;
            return powers;
        }
    }

    /// <summary>The task of this name.</summary>
    public static ModularTask Named(string name, int p) => name switch
    {
        "sum" => Sum(p),
        "difference" => Difference(p),
        "product" => Product(p),
        _ => throw new HandmadeException($"modular arithmetic: there is no task '{name}'; use sum, difference or product"),
    };

    private static int[] Numbers(int p) => p >= 3
        ? [.. Enumerable.Range(0, p)]
        : throw new HandmadeException($"modular arithmetic: modulus {p}; use 3 or more");

    private static bool IsPrime(int p)
    {
        for (int factor = 2; factor * factor <= p; factor++)
            if (p % factor == 0) return false;
        return p > 1;
    }
}

using Handmade.Experiments;
using Handmade.Kernels;

namespace Handmade.Bench;

/// <summary>The command line.</summary>
/// <param name="Topics">What is measured.</param>
/// <param name="Quick">Goals only.</param>
/// <param name="Write">Into bench/results.</param>
internal sealed record Options(IReadOnlyList<Topic> Topics, bool Quick, bool Write)
{
    private static readonly string[] Words = ["--quick", "--write"];

    /// <exception cref="HandmadeException">There is no such topic or option.</exception>
    public static Options Read(IReadOnlyList<string> words)
    {
        var topics = new List<Topic>();
        foreach (string word in words)
        {
            if (Words.Contains(word)) continue;
            if (word.StartsWith('-')) throw new HandmadeException($"compare has no option {word}{Nearest.Hint(word, Words)}; there are {string.Join(", ", Words)} and --help.");
            topics.Add(Topic.All.FirstOrDefault(topic => topic.Name.Equals(word, StringComparison.OrdinalIgnoreCase))
                ?? throw new HandmadeException($"compare has no topic {word}{Nearest.Hint(word, Names)}; there are {string.Join(", ", Names)}."));
        }
        bool quick = words.Contains("--quick"), write = words.Contains("--write");
        if (quick && write) throw new HandmadeException("compare takes --quick or --write, not both: quick figures are for looking, not for the docs.");
        // Everything, in full length, is what the docs show.
        return topics.Count > 0 ? new(topics, quick, write) : new(Topic.All, quick, !quick);
    }

    /// <summary>Whether "agreement" shall record its tables.</summary>
    /// <exception cref="HandmadeException">It has no such option.</exception>
    public static bool AgreementWrites(IReadOnlyList<string> words) => words is [_] or [_, "--write"] ? words.Count == 2
        : throw new HandmadeException($"compare agreement takes --write and nothing else, not {string.Join(' ', words.Skip(1))}.");

    public static string Help => $"""
        ./bench/compare [TOPIC...] [--quick] [--write]
        ./bench/compare agreement [--write]

        Measures us and our rivals turn by turn on this machine: median of the paired ratios (above 1: we are faster) with their quartiles.
        A rival that is missing is named with its Debian package. Without a topic it measures everything, writes bench/results/{Machine.FolderName}/TOPIC.json
        and fills the tables of docs/performance.md.

        {string.Join('\n', Topic.All.Select(topic => $"  {topic.Name,-13} {topic.What}"))}

          agreement    no times: whether LAMMPS sees the same motion of discs (docs/simulator.md)

          --quick      only rows that have a goal, each for a shorter time; every line ends in pass, short or missing
          --write      puts what was measured into bench/results and docs/performance.md

        The topics of CUDA want an NVIDIA GPU, and RIVAL_PYTHON=PATH names a Python whose PyTorch has CUDA; Debian's has not.

        ./bench/compare                      everything, about twenty minutes
        ./bench/compare --quick              the goals, in under three minutes
        ./bench/compare gemm --quick         the goals of matrix products
        ./bench/compare simulator --write    renews one table
        """;

    private static IEnumerable<string> Names => Topic.All.Select(topic => topic.Name);
}

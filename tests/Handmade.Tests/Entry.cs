using Handmade.Experiments;
using Handmade.Experiments.Collisions;
using Handmade.Experiments.Tests;
using Handmade.Output;

namespace Handmade.Tests;

/// <summary>This assembly started as a process: the real command line over <see cref="Walk"/>, which takes milliseconds, and the main experiment.</summary>
public static class Entry
{
    public static int Main(string[] args) => Program.Start(args, new Catalogue(new Walk(), new Collisions()), Terminal.OfProcess());
}

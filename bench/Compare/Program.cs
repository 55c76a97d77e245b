using System.Diagnostics;
using System.Globalization;
using Handmade.Bench;
using Handmade.Documentation;
using Handmade.Kernels;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(Options.Help);
    return 0;
}
Options options;
try
{
    options = Options.Read(args);
}
catch (HandmadeException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}

long begin = Stopwatch.GetTimestamp();
string date = DateTime.Now.ToString("yyyy-MM-dd"), commit = Repository.Commit;
Console.WriteLine($"{Machine.Text}; {date}, commit {commit}");
var budget = new Budget(options.Quick);
var measured = new List<(Topic Topic, IReadOnlyList<Comparison> Rows)>();
foreach (Topic topic in options.Topics)
{
    var rows = new List<Comparison>();
    foreach (Comparison row in topic.Rows(budget))
    {
        if (rows.Count == 0) Console.WriteLine($"\n{topic.Name}: {topic.What}");
        rows.Add(row);
        Console.WriteLine(RowText.Of(row));
    }
    measured.Add((topic, rows));
}
IEnumerable<IGrouping<string, Comparison>> verdicts = measured.SelectMany(topic => topic.Rows).Where(row => row.Verdict.Length > 0).GroupBy(row => row.Verdict);
Console.WriteLine($"\n{string.Join(", ", verdicts.Select(verdict => $"{verdict.Count()} {verdict.Key}"))}; {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s");
if (!options.Write) return 0;

foreach (var (topic, rows) in measured)
    new Measured(Machine.Text, date, commit, rows).Write(Measured.PathOf(Repository.Root, Machine.FolderName, topic.Name));
return Handmade.Program.Main(["docs", "--root", Repository.Root]);

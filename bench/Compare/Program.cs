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
var measured = new List<Measured.Topic>();
foreach (Topic topic in options.Topics)
{
    var rows = new List<Comparison>();
    foreach (Comparison row in topic.Rows(budget))
    {
        if (rows.Count == 0) Console.WriteLine($"\n{topic.Name}: {topic.What}");
        rows.Add(row);
        Console.WriteLine(RowText.Of(row));
    }
    measured.Add(new(topic.Name, date, commit, rows));
}
IEnumerable<IGrouping<string, Comparison>> verdicts = measured.SelectMany(topic => topic.Rows).Where(row => row.Verdict.Length > 0).GroupBy(row => row.Verdict);
Console.WriteLine($"\n{string.Join(", ", verdicts.Select(verdict => $"{verdict.Count()} {verdict.Key}"))}; {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s");
if (!options.Write) return 0;

string path = Path.Combine(Measured.Folder(Repository.Root), Machine.ResultsName);
Measured before = File.Exists(path) ? Measured.Read(path) : new("", []);
(before with { Machine = Machine.Text }).With(measured).Write(path);
return Handmade.Program.Main(["docs", "--root", Repository.Root]);

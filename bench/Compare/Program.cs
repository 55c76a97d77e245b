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
if (args is ["agreement", ..])
{
    try
    {
        return Agreement.Run(write: Options.AgreementWrites(args));
    }
    catch (HandmadeException wrong)
    {
        Console.Error.WriteLine(wrong.Message);
        return 2;
    }
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
var measured = new List<Comparison>();
int code = 0;
foreach (Topic topic in options.Topics)
{
    var rows = new List<Comparison>();
    try
    {
        foreach (Comparison row in topic.Rows(budget))
        {
            if (rows.Count == 0) Console.WriteLine($"\n{topic.Name}: {topic.What}");
            rows.Add(row);
            Console.WriteLine(RowText.Of(row));
        }
    }
    catch (HandmadeException wrong)
    {
        // The other topics are worth having all the same.
        Console.Error.WriteLine($"{topic.Name}: {wrong.Message}");
        code = 2;
        continue;
    }
    measured.AddRange(rows);
    if (options.Write) new Measured(Machine.Text, date, commit, rows).Write(Measured.PathOf(Repository.Root, Machine.FolderName, topic.Name));
}
IEnumerable<IGrouping<string, Comparison>> verdicts = measured.Where(row => row.Verdict.Length > 0).GroupBy(row => row.Verdict);
Console.WriteLine($"\n{string.Join(", ", verdicts.Select(verdict => $"{verdict.Count()} {verdict.Key}"))}; {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s");
return options.Write ? Math.Max(code, Handmade.Program.Main(["docs", "--root", Repository.Root])) : code;

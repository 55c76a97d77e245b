using System.Text.RegularExpressions;
using Handmade.Documentation;
using Handmade.Experiments;
using Handmade.Experiments.Tests;
using Handmade.Kernels;

namespace Handmade.Tests;

public sealed class DocsTests : IDisposable
{
    private const string Text = "# T\n<!-- made by: handmade docs experiments -->\nold\n<!-- end -->\ntail\n";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Answer Docs(params string[] args) => Cli.Run(["docs", "--root", folder.Root, .. args]);

    [Test]
    public void Blocks_are_filled_and_then_up_to_date()
    {
        File.WriteAllText(folder["README.md"], Text);
        Directory.CreateDirectory(folder["docs"]);
        File.WriteAllText(folder["docs", "cli.md"], Text.Replace("experiments", "help").Replace("old\n", ""));
        File.WriteAllText(folder["docs", "walk.md"], Text.Replace("experiments", "options-walk"));
        Assert.That(Docs().ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(folder["README.md"]), Does.StartWith("# T\n<!-- made by").And.EndWith("\n<!-- end -->\ntail\n")
            .And.Contain("| walk | tiny * |").And.Not.Contain("old"));
        Assert.That(File.ReadAllText(folder["docs", "cli.md"]), Does.Contain("```\nhandmade VERB [options]\n").And.Contain("```\nhandmade run EXPERIMENT"));
        Assert.That(File.ReadAllText(folder["docs", "walk.md"]), Does.Contain(@"adam\|sgd"));
        Assert.That(Docs("--check"), Is.EqualTo(new Answer(0, "The docs are up to date." + Environment.NewLine, "")));
    }

    [Test]
    public void Check_writes_nothing_and_shows_the_difference_and_the_repair()
    {
        File.WriteAllText(folder["README.md"], Text);
        Answer answer = Docs("--check");
        Assert.That(answer.ExitCode, Is.EqualTo(2));
        Assert.That(answer.Out, Does.Contain("README.md is out of date").And.Contain("@ line 3").And.Contain("- old").And.Contain("+ | walk |"));
        Assert.That(answer.Error, Does.Contain("-- docs"));
        Assert.That(File.ReadAllText(folder["README.md"]), Is.EqualTo(Text));
    }

    [TestCase("<!-- made by: handmade docs experimnets -->\n<!-- end -->", "README.md line 1: nothing makes the block experimnets (did you mean experiments?)")]
    [TestCase("\n<!-- made by: handmade docs experiments -->\nno end", "README.md line 2: the block experiments has no line")]
    [TestCase("<!-- made by: handmade docs experiments -->\n<!-- made by: handmade docs help -->\n<!-- end -->", "the block experiments has no line")]
    public void Broken_marks_get_one_sentence(string page, string sentence)
    {
        File.WriteAllText(folder["README.md"], page);
        Answer answer = Docs();
        Assert.That(answer.ExitCode, Is.EqualTo(2));
        Assert.That(answer.Error, Does.Contain(sentence));
        Assert.That(File.ReadAllText(folder["README.md"]), Is.EqualTo(page));
    }

    [Test]
    public void The_docs_of_this_repository_are_up_to_date()
    {
        string root = Repository.Root;
        Answer answer = Cli.Run(Catalogue.Product, "docs", "--check", "--root", root);
        Assert.That(answer.ExitCode, Is.Zero, answer.Out + answer.Error);
    }

    [Test]
    public void Links_in_the_docs_lead_somewhere()
    {
        string root = Repository.Root;
        foreach (string page in Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories).Prepend(Path.Combine(root, "README.md")))
            foreach (Match link in Regex.Matches(File.ReadAllText(page), @"\]\((?!https?:)([^)#\s]+)"))
                Assert.That(Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, link.Groups[1].Value)), $"{page}: {link.Groups[1].Value}");
    }

    [TestCase("a\nb\nc", "a\nB\nc", "@ line 2|- b|+ B")]
    [TestCase("a\nb", "a\nb", "")]
    [TestCase("a\nc", "a\nb\nc\nd", "@ line 2|+ b|@ line 3|+ d")]
    [TestCase("a\nb\nc", "c", "@ line 1|- a|- b")]
    public void Differences_are_the_fewest_lines(string before, string after, string lines) =>
        Assert.That(string.Join('|', LineDifference.Of(before, after)), Is.EqualTo(lines));

    [Test]
    public void A_block_has_one_maker()
    {
        var blocks = new Blocks();
        var page = new Page(folder.Root, "p");
        blocks.Add("x", () => "1");
        Assert.That(() => blocks.Add("x", () => "2"), Throws.ArgumentException);
        Assert.That(blocks.Fill(page, "<!-- made by: handmade docs x -->\n<!-- end -->"), Is.EqualTo("<!-- made by: handmade docs x -->\n1\n<!-- end -->"));
        Assert.That(() => blocks.Fill(page, "<!-- made by: handmade docs y -->"), Throws.TypeOf<HandmadeException>());
    }
}

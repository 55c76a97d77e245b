using Handmade.Kernels;

namespace Handmade.Experiments.Tests;

public class OptionTests
{
    private readonly WalkOptions options = new();

    [Test]
    public void Declarations_hold_default_range_symbol_and_unit()
    {
        Option rate = options.All["train.rate"];
        Assert.That((rate.Default, rate.Range, rate.Symbol, rate.Unit, rate.Group), Is.EqualTo(("0.001", "0…1", "η", "m", "train")));
        Assert.That(options.All["train.steps"].Range, Is.EqualTo("≥ 1"));
        Assert.That(options.All["physics.start"].Range, Is.EqualTo("any"));
        Assert.That(options.All["train.optimizer"].Range, Is.EqualTo("adam|sgd"));
    }

    [TestCase("model.layers=3", "3")]
    [TestCase(" model.layers = 12 ", "12")]
    [TestCase("train.rate=1e-1", "0.1")]
    [TestCase("physics.start=-2.5", "-2.5")]
    [TestCase("train.optimizer=sgd", "sgd")]
    [TestCase("analysis.smooth=false", "false")]
    public void Assignments_set_the_property_and_keep_the_default(string assignment, string value)
    {
        options.All.Apply(assignment);
        Option option = options.All[assignment.Split('=')[0].Trim()];
        Assert.That(option.Value, Is.EqualTo(value));
        Assert.That(option.Default, Is.Not.EqualTo(value));
    }

    [TestCase("model.layers=0", "model.layers=0 is not possible: it must be an integer from 1 to 12.")]
    [TestCase("model.layers=13", "model.layers=13 is not possible: it must be an integer from 1 to 12.")]
    [TestCase("model.layers=2.5", "model.layers=2.5 is not possible: it must be an integer from 1 to 12.")]
    [TestCase("model.layers=", "model.layers= is not possible: it must be an integer from 1 to 12.")]
    [TestCase("train.steps=0", "train.steps=0 is not possible: it must be an integer ≥ 1.")]
    [TestCase("train.rate=NaN", "train.rate=NaN is not possible: it must be a number from 0 to 1 (in m).")]
    [TestCase("train.rate=1,5", "train.rate=1,5 is not possible: it must be a number from 0 to 1 (in m).")]
    [TestCase("physics.start=Infinity", "physics.start=Infinity is not possible: it must be a number (in m).")]
    [TestCase("train.optimizer=lion", "train.optimizer=lion is not possible: it must be one of adam, sgd.")]
    [TestCase("analysis.smooth=yes", "analysis.smooth=yes is not possible: it must be true or false.")]
    [TestCase("modle.layers=3", "There is no option modle.layers (did you mean model.layers?).")]
    [TestCase("layers=3", "There is no option layers (did you mean model.layers?).")]
    [TestCase("colour=3", "There is no option colour.")]
    [TestCase("model.layers", "--set model.layers sets nothing: write --set NAME=VALUE, for example --set physics.start=0.5.")]
    public void Wrong_assignments_get_one_sentence(string assignment, string sentence)
    {
        var error = Assert.Throws<HandmadeException>(() => options.All.Apply(assignment));
        Assert.That(error!.Message, Is.EqualTo(sentence));
        Assert.That(options.All.Select(o => o.Value), Is.EqualTo(options.All.Select(o => o.Default)), "nothing changed");
    }

    [Test]
    public void Presets_are_defaults_plus_overrides_plus_assignments()
    {
        var options = (WalkOptions)new Walk().Configure("tiny", ["train.steps=33", "train.steps=34"]);
        Assert.That((options.Layers, options.Steps, options.Rate), Is.EqualTo((3, 34, 1e-3)));
    }

    [Test]
    public void Unknown_presets_name_the_known_ones() =>
        Assert.That(Assert.Throws<HandmadeException>(() => new Walk().Configure("tinny", []))!.Message,
            Is.EqualTo("walk has no preset tinny (did you mean tiny?); it has smoke, tiny."));

    [Test]
    public void Values_that_do_not_go_together_are_refused() =>
        Assert.That(() => new Walk().Configure("smoke", ["model.layers=7", "train.steps=8"]),
            Throws.TypeOf<HandmadeException>().With.Message.EqualTo("model.layers=7 needs train.steps of 9 or more."));

    [Test]
    public void Names_need_a_known_group_and_occur_once()
    {
        Option layers = Option.Int("model.layers", () => 1, _ => { }, 1, 2, "");
        Option stray = Option.Int("modle.layers", () => 1, _ => { }, 1, 2, "");
        Assert.That(() => new OptionSet([layers, layers]), Throws.ArgumentException);
        Assert.That(() => new OptionSet([stray]), Throws.ArgumentException);
    }

    [TestCase("kitten", "sitting", 3)]
    [TestCase("preset", "perset", 1)]
    [TestCase("", "abc", 3)]
    [TestCase("Adam", "adam", 0)]
    public void Edit_distance_counts_slips_of_the_keyboard(string a, string b, int edits)
    {
        Assert.That(Nearest.Distance(a, b), Is.EqualTo(edits));
        Assert.That(Nearest.Distance(b, a), Is.EqualTo(edits));
    }
}

using Handmade.Kernels;

namespace Handmade.Experiments.Tests;

public class CatalogueTests
{
    [Test]
    public void Every_preset_of_every_experiment_is_made_of_options_it_has()
    {
        foreach (Experiment experiment in Catalogue.Product.Experiments.Append(new Walk()))
        {
            foreach (Preset preset in experiment.Presets) experiment.Configure(preset.Name, []);
            Assert.That(experiment.Presets.Select(p => p.Name), Is.Unique.And.Contains(experiment.DefaultPreset));
            Assert.That(experiment.NewOptions().All.Select(o => o.Doc), Has.All.Not.Empty);
        }
    }

    [Test]
    public void Unknown_experiments_get_a_suggestion() =>
        Assert.That(() => new Catalogue(new Walk())["wlak"],
            Throws.TypeOf<HandmadeException>().With.Message.EqualTo("There is no experiment wlak (did you mean walk?); there is walk."));
}

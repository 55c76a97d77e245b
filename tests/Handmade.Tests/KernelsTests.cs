namespace Handmade.Tests;

public class KernelsTests
{
    [Test]
    public void List_shows_each_kernel_with_its_file_and_what_is_open_in_it()
    {
        Answer answer = Cli.Run("kernels", "list");
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        Assert.That(answer.Out, Does.Match(@"MapKernels\.Flat3 +MapKernels\.cs +256 +T, .*TOp : ITernary<T> .*int count"));
    }

    [Test]
    public void List_takes_a_part_of_a_name()
    {
        string all = Cli.Run("kernels", "list").Out, some = Cli.Run("kernels", "list", "mapkernels.flat").Out;
        Assert.That(some, Does.StartWith("3 kernels").And.Contain("MapKernels.Flat1").And.Not.Contain("Strided"));
        Assert.That(all.Length, Is.GreaterThan(some.Length));
    }

    [TestCase("", "float", "get_global_id(0)")]
    [TestCase("--dialect cuda", "float", "__global__")]
    [TestCase("--dialect cuda --bind T=double", "double", "__global__")]
    public void Show_prints_the_whole_program(string words, string element, string dialect)
    {
        Answer answer = Cli.Run(["kernels", "show", "mapkernels.flat3", .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        Assert.That(answer.Out, Does.StartWith("// MapKernels.Flat3\n").And.Contain($"#define T {element}\n").And.Contain("#line").And.Contain("void MapKernels_Flat3(GLOBAL TY* y__ptr"));
        Assert.That(answer.Out.Contains("__global__"), Is.EqualTo(dialect == "__global__"));
    }

    [Test]
    public void A_functor_may_be_chosen()
    {
        string text = Cli.Run("kernels", "show", "MapKernels.Flat3", "--bind", "TOp=Where.Chosen").Out;
        Assert.That(text, Does.Contain("\"Where.cs\"").And.Not.Contain("\"Bounds.cs\""));
    }

    [Test]
    public void Sizes_may_be_chosen() =>
        Assert.That(Cli.Run("kernels", "show", "MapKernels.Strided", "--bind", "axes=2").Out, Does.Contain("#define SPEC_axes (2)\n").And.Contain("#define SPEC_place0 (4)\n"));

    [Test]
    public void Every_kernel_can_be_shown([Values("opencl", "cuda")] string dialect)
    {
        foreach (Handmade.Kernels.KernelSource kernel in Handmade.Kernels.KernelCatalogue.All)
        {
            Answer answer = Cli.Run("kernels", "show", kernel.Name, "--dialect", dialect);
            if (kernel.NeedsTensorCores && dialect == "opencl")
            {
                Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((2, $"{kernel.Name} multiplies on tensor cores, for which OpenCL has no words; its text is CUDA's (--dialect cuda), and it runs on cuda and the emulator{Environment.NewLine}")));
                continue;
            }
            Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")), kernel.Name);
            foreach (Handmade.Kernels.KernelTypeParameter parameter in kernel.TypeParameters)
                Assert.That(answer.Out, Does.Contain($"\n#define {parameter.Name} "), kernel.Name);
        }
    }

    [TestCase("kernels lsit", "kernels can't lsit (did you mean list?); use \"kernels list\" or \"kernels show NAME\".")]
    [TestCase("kernels list flta1", "No kernel has flta1 in its name or file (did you mean Flat1?); \"handmade kernels list\" shows all.")]
    [TestCase("kernels show", "kernels show needs the NAME of a kernel; \"handmade kernels list\" shows all.")]
    [TestCase("kernels show MapKernels.Flta1", "There is no kernel MapKernels.Flta1 (did you mean MapKernels.Flat1?); \"handmade kernels list\" shows all.")]
    [TestCase("kernels show MapKernels.Flat3 --dialect metal", "There is no dialect metal; use opencl or cuda.")]
    [TestCase("kernels show MapKernels.Flat3 --bind T", "--bind T is not possible: it takes PARAMETER=VALUE, as in T=double.")]
    [TestCase("kernels show MapKernels.Flat3 --bind T=float --bind T=double", "--bind T is given twice; give it once.")]
    [TestCase("kernels show MapKernels.Flat3 --bind TX=float", "MapKernels.Flat3 has nothing called TX to bind; it has T, TA, TY, TLoadA, TStore, TOp")]
    [TestCase("kernels show MapKernels.Strided --bind axes=two", "MapKernels.Strided: axes=two is not possible: axes is a size, a whole number")]
    public void Wrong_input_gets_one_sentence(string line, string sentence) =>
        Assert.That(Cli.Run(line.Split(' ')), Is.EqualTo(new Answer(2, "", sentence + Environment.NewLine)));

    [Test]
    public void A_functor_that_does_not_fit_is_refused_with_those_that_do()
    {
        Answer answer = Cli.Run("kernels", "show", "MapKernels.Flat3", "--bind", "TOp=Gelu");
        Assert.That(answer.ExitCode, Is.EqualTo(2));
        Assert.That(answer.Error, Does.StartWith("MapKernels.Flat3: TOp=Gelu is not possible: TOp must be ITernary<float>, one of ").And.Contain("Where.Chosen"));
    }
}

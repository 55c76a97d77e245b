using System.Diagnostics;
using Handmade.Kernels.Accelerators;
using Handmade.Kernels.OpenCl;

namespace Handmade.Kernels.Tests.OpenCl;

public sealed class ProgramCacheTests : OpenClTest
{
    private readonly BinaryCache cache = NewCache();

    [TearDown]
    public void RemoveFolder()
    {
        if (Directory.Exists(cache.Folder)) Directory.Delete(cache.Folder, recursive: true);
    }

    [Test]
    public void The_second_device_loads_what_the_first_one_built()
    {
        Assert.That(Compile(), Is.EqualTo((1, 0)));
        Assert.That(Compile(), Is.EqualTo((0, 1)));
        Assert.That(Compile(Texts.Square with { Text = Texts.Square.Text + "\n" }), Is.EqualTo((1, 0)), "another text");
    }

    [Test]
    public void A_damaged_or_refused_program_is_built_again_and_replaced()
    {
        Compile();
        string file = Directory.GetFiles(cache.Folder).Single();
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^100]);
        Assert.That(Compile(), Is.EqualTo((1, 0)), "damaged");
        Assert.That(Compile(), Is.EqualTo((0, 1)));
        // Whole, but no program of this driver.
        cache.Store(Path.GetFileNameWithoutExtension(file), "this is no program"u8.ToArray());
        Assert.That(Compile(), Is.EqualTo((1, 0)), "refused");
        Assert.That(Compile(), Is.EqualTo((0, 1)));
    }

    [Test]
    public void Processes_that_compile_the_same_kernel_at_once_all_get_it()
    {
        Process[] children = [.. Enumerable.Range(0, 3).Select(_ => Process.Start(new ProcessStartInfo("dotnet", [typeof(Entry).Assembly.Location, "compile", cache.Folder]) { RedirectStandardOutput = true })!)];
        string[] answers = [.. children.Select(child => child.StandardOutput.ReadToEnd().Trim())];
        foreach (Process child in children)
        {
            child.WaitForExit();
            child.Dispose();
        }
        Assert.That(answers, Is.All.EqualTo("8"));
        Assert.That(Directory.GetFiles(cache.Folder), Has.Length.EqualTo(1));
        Assert.That(Compile(), Is.EqualTo((0, 1)));
    }

    /// <summary>What a child process of these tests does: compiles and runs a kernel by way of the given cache.</summary>
    internal static int CompileAndRun(string folder)
    {
        using var device = new OpenClDevice(0, new BinaryCache(folder));
        // 2.17945² · 1.9 − 1 ≈ 8.02.
        Console.WriteLine((int)Texts.Mapped(Texts.Square, device.From<float>([2.17945f], [1])).ToArray<float>()[0]);
        return 0;
    }

    private (int Built, int Loaded) Compile(KernelSource? source = null)
    {
        using var device = new OpenClDevice(0, cache);
        using Scope scope = device.Scope();
        Assert.That(Texts.Mapped(source ?? Texts.Square, device.From<float>([1, 2], [2])).ToArray<float>(), Is.EqualTo(new[] { 0.9f, 6.6f }).Within(1e-6f));
        return (device.Compiler.Built, device.Compiler.Loaded);
    }
}

using System.Runtime.CompilerServices;
using Handmade.Kernels.Cuda;
using Handmade.Kernels.OpenCl;

namespace Handmade.Kernels.Tests;

public sealed class DevicesTests
{
    [TestCase("host", "host")]
    [TestCase("auto", "host")]
    [TestCase("emulator", "emulator")]
    public void A_device_opens_by_its_name(string name, string opened)
    {
        using Device device = Devices.Open(name, threads: 1);
        Assert.That(device.Name, Is.EqualTo(opened));
        Assert.That(device.From<float>([1, 2], [2]).ToArray<float>(), Is.EqualTo(new float[] { 1, 2 }));
    }

    [TestCase("hots")]
    [TestCase("")]
    [TestCase("opencl:")]
    [TestCase("opencl:-1")]
    [TestCase("cuda:1:2")]
    [TestCase("host:0")]
    public void A_name_that_means_nothing_is_refused_with_those_that_do(string name)
    {
        Assert.That(Devices.IsName(name), Is.False);
        Assert.That(() => Devices.Open(name), Throws.TypeOf<HandmadeException>().With.Message.StartsWith($"there is no device {name}; use auto, host, opencl, cuda, emulator"));
    }

    [TestCase("opencl:999")]
    [TestCase("cuda:999")]
    public void A_device_that_is_not_there_is_one_sentence_that_says_what_would_help(string name) =>
        Assert.That(() => Devices.Open(name), Throws.TypeOf<HandmadeException>().With.Message.StartsWith($"device {name}: ")
            .And.Message.Match("install|\"handmade devices\" lists them|use opencl or host").And.Message.Not.Contains("\n"));

    [TestCase("host")]
    [TestCase("opencl")]
    [TestCase("cuda")]
    public void Memory_that_is_collected_after_its_device_is_gone_harms_nobody(string name)
    {
        if (Devices.Missing().Any(sentence => sentence.StartsWith(name + ":", StringComparison.Ordinal))) Assert.Ignore($"there is no {name}");
        Leave(name);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Leave(string name)
        {
            using Device device = Devices.Open(name, threads: 1);
            device.Empty([1000], DType.F32);
        }
    }

    [Test]
    public void Without_an_nvidia_driver_cuda_says_so_and_names_the_way_out()
    {
        if (Accelerators.NativeLibraries.Has(Accelerators.NativeLibraries.Cuda)) Assert.Ignore("there is an NVIDIA driver here");
        Assert.That(() => new CudaDevice(), Throws.TypeOf<HandmadeException>().With.Message
            .EqualTo("device cuda:0: there is no NVIDIA driver (libcuda.so.1, nvcuda.dll); install it, or use opencl or host"));
        Assert.That(CuDevices.All, Is.Empty);
        Assert.That(Devices.Missing(), Has.Some.StartsWith("cuda: there is no NVIDIA driver"));
    }

    [Test]
    public void Without_nvrtc_cuda_points_to_opencl()
    {
        if (Accelerators.NativeLibraries.Has(Accelerators.NativeLibraries.Nvrtc)) Assert.Ignore("NVRTC is here");
        Assert.That(CuDevices.MissingCompiler, Does.StartWith("NVRTC").And.Contain("is missing").And.Contain("use opencl on the same card"));
    }

    [Test]
    public void The_catalogue_lists_host_first_and_every_accelerator_with_its_limits()
    {
        IReadOnlyList<DeviceInfo> all = Devices.All();
        Assert.That(all[0].Name, Is.EqualTo("host"));
        Assert.That(all.Select(info => info.Name), Is.Unique);
        foreach (DeviceInfo info in all.Skip(1))
        {
            Assert.That(info.Name, Does.Match("^(opencl|cuda):[0-9]+$"));
            Assert.That((info.MemoryBytes, (long)info.GroupLimit, info.SharedBytes), Is.GreaterThan((0L, 0L, 0L)));
        }
        Assert.That(all.Any(info => info.Name == "opencl:0"), Is.EqualTo(ClDevices.Missing is null));
    }
}

using Handmade.Bench.Compare;

// The training step against PyTorch, and products against OpenBLAS, in alternation: machines are noisy, ratios less so.
string what = args.Length > 0 ? args[0] : "all";
if (what is not ("all" or "gemm" or "training"))
{
    Console.Error.WriteLine($"compare: '{what}' is no comparison; use gemm, training or all");
    return 2;
}
Console.WriteLine($"{DateTime.Now:yyyy-MM-dd}, {Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, {Handmade.Kernels.Host.HostDevice.VectorBits}-bit vectors");
if (what is "all" or "gemm") GemmComparison.Run();
if (what is "all" or "training") TrainingComparison.Run();
return 0;

using Handmade.Bench;

// Ours and the rival in alternation: machines are noisy, ratios less so.
Console.WriteLine($"{DateTime.Now:yyyy-MM-dd}, {Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, {Handmade.Kernels.Host.HostDevice.VectorBits}-bit vectors");
TrainingComparison.Run();
ReplicaComparison.Run();

namespace Handmade.Kernels.Generator;

/// <summary>What one kernel or functor becomes: a source file, or errors.</summary>
internal sealed record Output(string FileName, string Source, EquatableList<Finding> Findings);

namespace Handmade.Kernels.Generator.Translation;

/// <summary>A view in device text: a pointer to its first element and its length, both expressions, and the memory they are in.</summary>
internal sealed record ViewText(string Pointer, string Length, Space Space);

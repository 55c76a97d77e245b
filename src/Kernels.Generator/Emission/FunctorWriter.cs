using Handmade.Kernels.Generator.Translation;
using static Handmade.Kernels.Generator.Emission.KernelWriter;

namespace Handmade.Kernels.Generator.Emission;

/// <summary>The generated file of a functor: its text, made known when the assembly is loaded. By name, because a private struct can't be named here.</summary>
internal static class FunctorWriter
{
    public static string Write(FunctorDescription functor) => Preamble + $$"""
        namespace {{Generated}}
        {
        internal static class {{functor.UniqueName}}
        {
        [global::System.Runtime.CompilerServices.ModuleInitializer]
        internal static void Register() => global::Handmade.Kernels.KernelFunctor.Register(new({{Quoted(functor.MetadataName)}}, [{{string.Join(", ", functor.TypeParameters.Select(TypeParameter))}}], [{{string.Join(", ", functor.Interfaces.Select(Quoted))}}],

        """.Replace("\r", "") + Raw(functor.Text) + "));\n}\n}\n";
}

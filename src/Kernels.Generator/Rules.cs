using Microsoft.CodeAnalysis;

namespace Handmade.Kernels.Generator;

/// <summary>What a kernel must not do. Each error names the construct and the way out.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor Allocation = Rule(1, "Allocation", "kernel code can't allocate {0}; take memory from SharedMemory.Allocate or LocalMemory.Allocate");
    public static readonly DiagnosticDescriptor Delegate = Rule(2, "Delegate", "kernel code has no delegates, lambdas or local functions; write a static method, or pass a functor as a type argument");
    public static readonly DiagnosticDescriptor VirtualCall = Rule(3, "Virtual call", "kernel code can't call {0} through an object; call a static method, or a static abstract one of a type parameter");
    public static readonly DiagnosticDescriptor Text = Rule(4, "String", "kernel code has no strings");
    public static readonly DiagnosticDescriptor Exceptions = Rule(5, "Exception", "kernel code can't throw or catch; check arguments before the launch");
    public static readonly DiagnosticDescriptor Recursion = Rule(6, "Recursion", "{0} calls itself; every device function is inlined, so write it as a loop");
    public static readonly DiagnosticDescriptor ForEach = Rule(7, "foreach", "kernel code has no foreach; use for with an index");
    public static readonly DiagnosticDescriptor Type = Rule(8, "Unsupported type", "{0} is no type of kernel code; use float, double, integers, bool, type parameters, or structs of such fields");
    public static readonly DiagnosticDescriptor UnknownMethod = Rule(9, "Unknown method", "{0} can't be called from a kernel{1}");
    public static readonly DiagnosticDescriptor Warp = Rule(10, "Warp", "{0} is not on every device; use GroupExtensions.AllReduce or shared memory");
    public static readonly DiagnosticDescriptor NotInKernel = Rule(11, "Shared memory outside the kernel", "{0} must stand in the kernel itself, not in a function that it calls; pass the view");
    public static readonly DiagnosticDescriptor UnknownSize = Rule(12, "Unknown size", "the size of an allocation must be a constant or made of [Spec] parameters and constants");
    public static readonly DiagnosticDescriptor Place = Rule(13, "Place of a kernel", "kernel {0} must be a static void method of partial classes without type parameters");
    public static readonly DiagnosticDescriptor Construct = Rule(14, "Unsupported construct", "{0} is not supported in kernel code");
    public static readonly DiagnosticDescriptor Parameter = Rule(15, "Kernel parameter", "parameter {0} of a kernel must be a view, a number, a struct of plain fields, or a [Spec] SpecInt, passed by value (bool as int)");
    public static readonly DiagnosticDescriptor Limit = Rule(16, "Limit of devices", "{0}; devices have {1}");
    public static readonly DiagnosticDescriptor StaticField = Rule(17, "Static field", "kernel code can't read {0}; make it a constant or a parameter");
    public static readonly DiagnosticDescriptor Space = Rule(18, "Mixed memory", "{0}: a view or reference of kernel code stays in one kind of memory (global, shared or local)");

    /// <summary>All of them, for the documentation's table.</summary>
    public static readonly IReadOnlyList<DiagnosticDescriptor> All =
    [
        Allocation, Delegate, VirtualCall, Text, Exceptions, Recursion, ForEach, Type, UnknownMethod, Warp, NotInKernel, UnknownSize, Place, Construct, Parameter, Limit, StaticField, Space,
    ];

    private static DiagnosticDescriptor Rule(int number, string title, string message) => new(
        $"HMK{number:0000}", title, message, "Kernels", DiagnosticSeverity.Error, isEnabledByDefault: true,
        helpLinkUri: "docs/add-a-kernel.md");
}
